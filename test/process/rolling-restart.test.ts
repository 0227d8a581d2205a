import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { startBalancer } from '../support/balancer.ts';
import { createKeepAliveClient, type KeptAnswer } from '../support/keep-alive-client.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

/** Requests per second. */
const RATE = 200;

/** A user's requests, and the answers they must get. */
interface Asker {
  readonly headers: Record<string, string>;
  readonly questions: readonly { readonly body: string; readonly answer: string }[];
}

async function createAskers(emulator: Emulator, count: number): Promise<readonly Asker[]> {
  const users = Array.from({ length: count }, (_, index) =>
    emulator.control.createUser({ displayName: `User ${index}` }),
  );
  return Promise.all(
    users.map(async ({ id, displayName }) => ({
      headers: {
        'content-type': 'application/json',
        'x-stack-access-token': await emulator.control.mintToken({ userId: id }),
      },
      questions: [
        { body: '{ me { id } }', answer: { me: { id } } },
        { body: 'query Name { me { id displayName } }', answer: { me: { id, displayName } } },
        { body: '{ __typename }', answer: { __typename: 'Query' } },
      ].map(({ body, answer }) => ({
        body: JSON.stringify({ query: body }),
        answer: JSON.stringify({ data: answer }),
      })),
    })),
  );
}

/** Sends requests at a steady rate until it is ended; returns every answer that was wrong or missing. */
function startLoad(url: string, askers: readonly Asker[]) {
  const client = createKeepAliveClient(url, { connections: 20 });
  const asked: Promise<string | undefined>[] = [];
  let ended = false;

  async function ask(index: number): Promise<string | undefined> {
    const asker = askers[index % askers.length];
    const question = asker?.questions[index % asker.questions.length];
    if (!asker || !question) throw new Error('There are no users');
    const { body, answer } = question;
    const answered = await client.ask('/graphql', { body, headers: asker.headers }).catch(String);
    return isRight(answered, answer) ? undefined : JSON.stringify(answered);
  }

  const began = performance.now();
  const running = (async () => {
    while (!ended) {
      const due = Math.floor(((performance.now() - began) / 1000) * RATE);
      while (asked.length < due) asked.push(ask(asked.length));
      await setTimeout(5);
    }
  })();
  return {
    async end() {
      ended = true;
      await running;
      const wrong = (await Promise.all(asked)).filter((each) => each !== undefined);
      client[Symbol.dispose]();
      return { asked: asked.length, wrong };
    },
  };
}

function isRight(answered: KeptAnswer | string, expected: string): boolean {
  return typeof answered !== 'string' && answered.status === 200 && answered.body === expected;
}

describe('a rolling restart', () => {
  const servers: ServerProcess[] = [];

  afterEach(async () => {
    for (const server of servers) await server[Symbol.asyncDispose]();
  });

  it('replaces one server after the other and loses no request', { timeout: 60_000 }, async () => {
    await using emulator = await startEmulator();
    await using balancer = await startBalancer();
    const start = async () => {
      const server = await startServerProcess(emulator, { SHUTDOWN_DELAY: '1' });
      servers.push(server);
      balancer.add(server.url);
      await until('ready behind the balancer', () => balancer.isReady(server.url));
      return server;
    };
    const old = await Promise.all([start(), start()]);
    const load = startLoad(balancer.url, await createAskers(emulator, 30));

    const isBusy = ({ url }: ServerProcess) => (balancer.served.get(url) ?? 0) > 50;
    for (const server of old) {
      await start();
      await until('busy', () => isBusy(server));
      server.process.kill('SIGTERM');
      expect(await server.exited()).toBe(0);
      expect(balancer.isReady(server.url)).toBe(false);
    }

    await until('busy', () => servers.every(isBusy));
    const { asked, wrong } = await load.end();
    expect(wrong).toEqual([]);
    expect(balancer.lost).toEqual([]);
    expect(asked).toBeGreaterThan(RATE);
    expect(balancer.served.size).toBe(4);
  });
});
