import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { endpointOf } from '../../src/emulator/endpoint.ts';
import { BEFORE, PROJECT_IDS, type Stage, setUp } from './identity-stage.ts';
import { type Exchange, readRecorded } from './recorded.ts';
import { replay } from './replay.ts';
import { createDictionary, issuedAt } from './translate.ts';

/** Endpoints that the emulator does not have: the server uses none of them. */
const NOT_EMULATED = /^\/api\/v1\/(payments|connected-accounts|oauth-providers)(\/|\?|$)/;

/** Exchanges with access types `server` and `admin` that are not replayed, each with its reason. */
const NOT_REPLAYED: Readonly<Record<string, string>> = {
  'teams-list-server-with-token-no-filter': 'lists teams that the recording does not tell about',
};

const accessTypeOf = ({ request }: Exchange): string => request.headers['x-stack-access-type'] ?? '';
const isReplayed = ({ name, request }: Exchange): boolean =>
  !NOT_EMULATED.test(request.path) && NOT_REPLAYED[name] === undefined;

describe('the emulator compared with the identity endpoints of the genuine backend', () => {
  it('answers every recorded request in the same way', async () => {
    let clock = 1_795_857_193_000;
    const emulator = await startEmulator({ now: () => clock });
    onTestFinished(() => emulator.close());
    const stage: Stage = {
      emulator,
      dictionary: createDictionary(emulator, PROJECT_IDS),
      advanceClock: (milliseconds) => {
        clock += milliseconds;
      },
    };
    await setUp(stage);
    const wrong: string[] = [];
    const replayed = new Map<string, number>();

    for (const exchange of readRecorded('recorded-identity')) {
      clock = Math.max(clock, (issuedAt(exchange) ?? 0) * 1000);
      await BEFORE[exchange.n]?.(stage);
      if (!isReplayed(exchange)) continue;
      const type = accessTypeOf(exchange);
      replayed.set(type, (replayed.get(type) ?? 0) + 1);
      const found = await replay(exchange, emulator, stage.dictionary);
      wrong.push(...found.map((difference) => `${exchange.n} ${exchange.name}: ${difference}`));
    }

    process.stdout.write(`replayed ${JSON.stringify(Object.fromEntries(replayed))} identity exchanges\n`);
    expect(wrong).toEqual([]);
    expect(replayed.get('client')).toBeGreaterThanOrEqual(180);
    expect(replayed.get('server')).toBeGreaterThanOrEqual(75);
  });

  it('leaves out no exchange with access type client of an endpoint that it has', () => {
    const left = readRecorded('recorded-identity').filter((exchange) => !isReplayed(exchange));
    const ofClients = left.filter((exchange) => accessTypeOf(exchange) === 'client');
    expect(ofClients.filter(({ request }) => !NOT_EMULATED.test(request.path))).toEqual([]);
    const names = new Set(left.map(({ name }) => name));
    expect(Object.keys(NOT_REPLAYED).filter((name) => !names.has(name))).toEqual([]);
  });

  it('counts every recorded request under an endpoint, but those of nothing and of definitions', () => {
    const others = readRecorded('recorded-identity')
      .filter((exchange) => isReplayed(exchange))
      .filter(
        ({ request: { method, path } }) => endpointOf(method, new URL(path, 'http://x').pathname) === 'other',
      )
      .map(({ name }) => name);
    expect(others.filter((name) => !name.includes('permission-definition'))).toEqual([
      'membership-list',
      'user-api-key-delete',
    ]);
  });
});
