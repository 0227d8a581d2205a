import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const COUNT = 120;

let emulator: Emulator;
let server: ServerProcess;

beforeAll(async () => {
  emulator = await startEmulator();
  server = await startServerProcess(emulator, { TRUST_PROXY: '1', PROFILE_CACHE_TTL: '0' });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await emulator.close();
});

/** New documents within all limits, each of which takes several milliseconds. */
const FAMILIES: Readonly<Record<string, (salt: number) => string>> = {
  'nested fragments': (salt) => `query q${salt}{${'...{'.repeat(480)}__typename${'}'.repeat(480)}}`,
  'nested fragments with a type': (salt) =>
    `query q${salt}{${'...on Query{'.repeat(390)}__typename${'}'.repeat(390)}}`,
  'nested lists': (salt) => `query q${salt}{__type(name:${'['.repeat(900)}1${']'.repeat(900)}){name}}`,
};

describe('new documents that arrive together', () => {
  it.each(Object.entries(FAMILIES))(
    'do not hold up requests whose document is known: %s',
    async (_name, of) => {
      await using emulator = await startEmulator();
      await using server = await startServerProcess(emulator, { TRUST_PROXY: '1', PROFILE_CACHE_TTL: '0' });
      const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
      const ask = () => server.ask('{ me { email } }', { token });
      await ask();
      let answered = 0;
      const hostile = Array.from({ length: COUNT }, async (_, index) => {
        await server.ask(of(index), { headers: { 'x-forwarded-for': `198.51.100.${index}` } });
        answered += 1;
      });
      await expect.poll(() => answered, { interval: 1 }).toBeGreaterThan(0);
      expect((await ask()).body.errors).toBeUndefined();
      expect(answered).toBeLessThan(COUNT / 2);
      await Promise.all(hostile);
      expect(answered).toBe(COUNT);
    },
  );
});
