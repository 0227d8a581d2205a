import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../src/library/server.ts';
import { type Emulator, startEmulator } from '../../src/library/testing.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

const EVENTS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'uncaughtException'] as const;
const listeners = () => EVENTS.map((event) => process.listenerCount(event));

describe('startServer', () => {
  it('answers until it is closed, and leaves signals and exceptions to the process from then on', async () => {
    const before = listeners();
    const start = () =>
      startServer(
        {},
        {
          STACK_PROJECT_ID: emulator.projectId,
          STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
          STACK_API_URL: emulator.url,
          HOST: '127.0.0.1',
          PORT: '0',
          LOG_LEVEL: 'silent',
        },
      );
    const [one, other] = [await start(), await start()];
    expect((await fetch(`${one.url}/health`)).status).toBe(200);
    expect(listeners()).toEqual(before.map((count) => count + 2));
    await one.close();
    expect(listeners()).toEqual(before.map((count) => count + 1));
    await expect(fetch(`${one.url}/health`)).rejects.toThrow();
    expect((await fetch(`${other.url}/health`)).status).toBe(200);
    await Promise.all([other.close(), other.close()]);
    expect(listeners()).toEqual(before);
  });
});
