import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type { Gate } from '../../src/emulator/gate.ts';
import { createClock } from '../support/clock.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { startTestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const EMAIL = '{ me { email } }';
const ALIVE = { status: 200, body: { status: 'alive' } };
const READY = { status: 200, body: { status: 'ready', degraded: [] } };

type Get = (path: string, init?: RequestInit) => Promise<Response>;

async function look(get: Get, path: '/health' | '/ready', init?: RequestInit) {
  const answer = await get(path, init);
  return { status: answer.status, body: await answer.json() };
}

describe('health of the production process', () => {
  let emulator: Emulator;
  let keys: Gate;
  let server: ServerProcess;
  const get: Get = (path, init) => fetch(server.url + path, init);

  beforeAll(async () => {
    emulator = await startEmulator();
    keys = emulator.control.hold('jwks');
    server = await startServerProcess(emulator, {
      AUTH_REQUIRED: 'true',
      MAX_IN_FLIGHT: '1',
      SHUTDOWN_DELAY: '60',
    });
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await emulator.close();
  });

  it('is alive and not ready before the first keys', async () => {
    await keys.arrived(1);
    expect(await look(get, '/health')).toEqual(ALIVE);
    expect(await look(get, '/ready')).toEqual({ status: 503, body: { status: 'starting', degraded: [] } });
  });

  it('is ready once the keys have been fetched', async () => {
    keys.release();
    expect(await until('ready', async () => (await look(get, '/ready')).status === 200)).toBe(true);
    expect(await look(get, '/ready')).toEqual(READY);
    expect(await look(get, '/health')).toEqual(ALIVE);
  });

  it.each([
    ['without a token', {}],
    ['with a bad token', { headers: { authorization: 'Bearer garbage' } }],
    ['with two tokens', { headers: { 'x-stack-access-token': 'a.b.c', 'x-hexclave-access-token': 'd.e.f' } }],
    ['with an accept that cannot be met', { headers: { accept: 'image/png' } }],
  ])('answers under AUTH_REQUIRED %s', async (_what, init) => {
    expect(await look(get, '/health', init)).toEqual(ALIVE);
    expect(await look(get, '/ready', init)).toEqual(READY);
  });

  it('answers HEAD as well, with no-store', async () => {
    for (const path of ['/health', '/ready']) {
      const { status, headers } = await get(path, { method: 'HEAD' });
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('answers while the server is overloaded', async () => {
    const gate = emulator.control.hold('profile');
    const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
    const underWay = server.ask(EMAIL, { token });
    await gate.arrived(1);
    expect(await server.ask(EMAIL, { token })).toMatchObject({
      status: 503,
      body: { errors: [{ extensions: { code: 'OVERLOADED' } }] },
    });
    expect(await look(get, '/health')).toEqual(ALIVE);
    expect(await look(get, '/ready')).toEqual(READY);
    gate.release();
    expect((await underWay).status).toBe(200);
  });

  it('is alive and not ready from SIGTERM until the process ends', async () => {
    server.process.kill('SIGTERM');
    await server.logged('Ending');
    expect(await look(get, '/ready')).toEqual({ status: 503, body: { status: 'draining', degraded: [] } });
    expect(await look(get, '/health')).toEqual(ALIVE);
  });
});

describe('a process whose project the provider does not know', () => {
  it('is not ready, says why, and answers 503 to tokens', async () => {
    await using test = await startTestServer({
      env: { STACK_PROJECT_ID: 'B1F6B7A6-1F53-4C3E-9D5B-9D1E7A3C5F00' },
    });
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id });
    const { status, headers, body } = await test.ask(EMAIL, { token });
    expect({ status, retryAfter: headers.get('retry-after'), code: body.errors?.[0]?.extensions }).toEqual({
      status: 503,
      retryAfter: '5',
      code: { code: 'SERVICE_UNAVAILABLE', reason: 'SERVER_ERROR', retryAfter: 5 },
    });
    expect(await look(test.fetch, '/ready')).toEqual({
      status: 503,
      body: { status: 'starting', degraded: ['project-unknown'] },
    });
    expect((await test.ask(EMAIL, { token: 'garbage' })).status).toBe(401);
    expect((await test.ask('{ __typename }')).status).toBe(200);
  });
});

describe('degraded', () => {
  /** A server on a clock that stands still, without cached profiles. */
  async function startWatched() {
    const clock = createClock();
    const test = await startTestServer({ clock, env: { PROFILE_CACHE_TTL: '0' } });
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id, expiresIn: 86_400 });
    const ready = () => look(test.fetch, '/ready');
    // The first request waits for the keys.
    await test.ask(EMAIL, { token });
    expect(await ready()).toEqual(READY);
    return Object.assign(test, { clock, control, token, ready });
  }

  const degradedBy = (...degraded: readonly string[]) => ({
    status: 200,
    body: { status: 'ready', degraded },
  });

  it('names stale keys until they can be refreshed', async () => {
    await using test = await startWatched();
    const { control, clock, ready } = test;
    control.fail('jwks', { kind: 'status', status: 503 });
    clock.advance(30_000);
    const unknown = await control.mintToken({ userId: test.emulator.people.ada.id, unknownKid: true });
    expect((await test.ask(EMAIL, { token: unknown })).status).toBe(503);
    expect(await ready()).toEqual(degradedBy('keys-stale'));
    // The keys that it has stay valid.
    expect((await test.ask(EMAIL, { token: test.token })).body.errors).toBeUndefined();
    control.heal();
    await until('well again', async () => (await ready()).body.degraded.length === 0);
    expect(await ready()).toEqual(READY);
  });

  it('names an open breaker until the provider answers', async () => {
    await using test = await startWatched();
    const { control, token, ready } = test;
    control.fail('profile', { kind: 'status', status: 429, headers: { 'retry-after': '0' } });
    await test.ask(EMAIL, { token });
    expect(await ready()).toEqual(degradedBy('breaker-open'));
    control.heal();
    await test.ask(EMAIL, { token });
    expect(await ready()).toEqual(READY);
  });

  it.each([
    ['shows a user', (_test: Awaited<ReturnType<typeof startWatched>>) => {}],
    [
      'reports that a user was deleted',
      ({ control, emulator }) => control.deleteUser(emulator.people.ada.id),
    ],
  ] as [string, (test: Awaited<ReturnType<typeof startWatched>>) => void][])(
    'names a provider that refuses us until it %s, not until it fails otherwise',
    async (_what, prepare) => {
      await using test = await startWatched();
      const { control, token, ready } = test;
      const headers = { 'x-stack-known-error': 'INVALID_SECRET_SERVER_KEY' };
      control.fail('profile', { kind: 'status', status: 401, headers });
      await test.ask(EMAIL, { token });
      expect(await ready()).toEqual(degradedBy('provider-refuses-us'));
      control.heal();
      const mend = control.fail('profile', { kind: 'status', status: 500 });
      await test.ask(EMAIL, { token });
      expect(await ready()).toEqual(degradedBy('provider-refuses-us'));
      mend();
      prepare(test);
      await test.ask(EMAIL, { token });
      expect(await ready()).toEqual(READY);
    },
  );

  it('names all of them at once', async () => {
    await using test = await startWatched();
    const { control, clock, token, ready } = test;
    const headers = { 'x-stack-known-error': 'PROJECT_NOT_FOUND' };
    control.fail('profile', { kind: 'status', status: 400, headers });
    await test.ask(EMAIL, { token });
    control.fail('all', { kind: 'reset' });
    control.fail('profile', { kind: 'status', status: 429, headers: { 'retry-after': '0' } });
    await test.ask(EMAIL, { token });
    clock.advance(30_000);
    await test.ask(EMAIL, {
      token: await control.mintToken({ userId: test.emulator.people.ada.id, unknownKid: true }),
    });
    expect(await ready()).toEqual(degradedBy('keys-stale', 'breaker-open', 'provider-refuses-us'));
    expect(await look(test.fetch, '/health')).toEqual(ALIVE);
  });
});
