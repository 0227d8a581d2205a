import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readVersion } from '../../src/core/version.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type { MintOptions } from '../../src/emulator/mint.ts';
import { UNDER_BUN } from '../support/bun/command.ts';
import { type Scrape, scrape } from '../support/scrape.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

const ID = '{ me { id } }';
const EMAIL = '{ me { email } }';
const AT_ONCE = { 'retry-after': '0' };

/** Rate limits that one test can exhaust, and one active call at a time. */
const SETTINGS = {
  AUTH_REQUIRED: 'true',
  TRUST_PROXY: '1',
  RATE_LIMIT: '30',
  RATE_LIMIT_FAILED: '5',
  RATE_LIMIT_ANONYMOUS_USERS: '4',
  RATE_LIMIT_ANONYMOUS_CALLS: '3',
  UPSTREAM_CONCURRENCY: '1',
  PROFILE_CACHE_TTL: '3600',
  PROFILE_STALE_MAX: '3600',
};

describe('the metrics', () => {
  let emulator: Emulator;
  let server: ServerProcess;
  let before: Scrape;
  let addresses = 0;

  beforeAll(async () => {
    emulator = await startEmulator();
    emulator.control.fail('jwks', { kind: 'status', status: 500 });
    server = await startServerProcess(emulator, SETTINGS);
  });

  beforeEach(async () => {
    before = await scrape(server.metricsUrl);
  });

  afterEach(() => emulator.control.heal());

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await emulator.close();
  });

  /** Sends each request from a new address by default, so that only the test of the rate limit reaches it. */
  const ask = (query: string, token?: string, headers: Record<string, string> = {}) => {
    addresses += 1;
    const forwarded = `10.0.${addresses >> 8}.${addresses & 255}`;
    return server.ask(query, {
      ...(token !== undefined && { token }),
      headers: { 'x-forwarded-for': forwarded, ...headers },
    });
  };
  const mint = (options: Partial<MintOptions> = {}) =>
    emulator.control.mintToken({ userId: emulator.control.createUser().id, ...options });
  const now = () => Math.floor(Date.now() / 1000);
  /** The increase of a metric since the test began. */
  const growth = async (name: string, labels: Record<string, string> = {}) => {
    const start = before.samples.some((sample) => sample.name === name && fits(sample.labels, labels))
      ? before.value(name, labels)
      : 0;
    return (await scrape(server.metricsUrl)).value(name, labels) - start;
  };
  const current = async (name: string, labels: Record<string, string> = {}) =>
    (await scrape(server.metricsUrl)).value(name, labels);

  it('count failed and successful fetches of keys', async () => {
    const fetches = (outcome: string) => current('auth_keys_fetches_total', { outcome });
    await until('a failure', async () => (await fetches('failed')) > 0);
    expect(await current('auth_keys_age_seconds')).toBeNaN();
    expect(await current('server_ready')).toBe(0);
    expect((await ask(ID, await mint())).status).toBe(503);
    expect(await growth('auth_tokens_refused_total', { reason: 'SERVER_ERROR' })).toBe(1);
    emulator.control.heal();
    await until('the keys', async () => (await fetches('fetched')) === 1);
    expect(await current('auth_keys_age_seconds')).toBeLessThan(10);
    expect(await current('server_ready')).toBe(1);
  });

  it('count requests by status and code', async () => {
    const token = await mint();
    expect((await ask(ID, token)).status).toBe(200);
    expect((await ask('{', token)).status).toBe(200);
    expect((await ask(ID, token, { 'content-type': 'text/plain' })).status).toBe(415);
    expect(await growth('graphql_requests_total', { status: '200', code: 'none' })).toBe(1);
    expect(await growth('graphql_requests_total', { status: '200', code: 'GRAPHQL_PARSE_FAILED' })).toBe(1);
    expect(await growth('graphql_requests_total', { status: '415', code: 'BAD_REQUEST' })).toBe(1);
    expect(await growth('graphql_requests_total')).toBe(3);
  });

  it('do not count health checks and preflights', async () => {
    for (const path of ['/health', '/ready']) await fetch(server.url + path);
    await fetch(`${server.url}/graphql`, { method: 'OPTIONS' });
    expect(await growth('graphql_requests_total')).toBe(0);
    expect(await growth('graphql_request_duration_seconds_count')).toBe(0);
  });

  it('measure the duration of requests and calls', async () => {
    emulator.control.fail('profile', { kind: 'slow', ms: 300 });
    await ask(EMAIL, await mint());
    for (const name of ['graphql_request_duration_seconds', 'profile_call_duration_seconds']) {
      expect(await growth(`${name}_count`)).toBe(1);
      expect(await growth(`${name}_sum`)).toBeGreaterThan(0.29);
      expect(await growth(`${name}_bucket`, { le: '0.25' })).toBe(0);
      expect(await growth(`${name}_bucket`, { le: '15' })).toBe(1);
    }
  });

  it.each([
    ['MISSING_TOKEN', 401, async () => ask(ID)],
    ['EXPIRED_TOKEN', 401, async () => ask(ID, await mint({ expiresIn: -60 }))],
    ['INVALID_TOKEN', 401, async () => ask(ID, await mint({ forged: true }))],
    [
      'CONFLICTING_TOKENS',
      400,
      async () => ask(ID, await mint(), { 'x-hexclave-access-token': await mint() }),
    ],
  ])('count a request that authentication refuses for %s', async (reason, status, refused) => {
    expect((await refused()).status).toBe(status);
    expect(await growth('auth_tokens_refused_total', { reason })).toBe(1);
    expect(await growth('auth_tokens_refused_total')).toBe(1);
  });

  it('count tokens of the provider that are not for this server, and log them once', async () => {
    const wishes = [{ issuerBase: 'http://localhost:1' }, { claims: { is_restricted: true } }] as const;
    for (const wish of [...wishes, ...wishes]) expect((await ask(ID, await mint(wish))).status).toBe(401);
    for (const reason of ['issuer', 'class'])
      expect(await growth('auth_token_mismatches_total', { reason })).toBe(2);
    expect(await growth('auth_token_mismatches_total')).toBe(4);
    await server.logged('.+STACK_ISSUER_URL=http://localhost:1');
    expect(server.lines().filter(({ reason }) => reason === 'issuer')).toHaveLength(1);
  });

  it('count anonymous users beyond the limit of their address, and calls for them', async () => {
    const forwarded = { 'x-forwarded-for': '192.0.2.7' };
    const guest = () => mint({ userId: emulator.control.createUser({ kind: 'anonymous' }).id });
    for (let count = 1; count <= 6; count += 1)
      expect((await ask(EMAIL, await guest(), forwarded)).status).toBe(count > 4 ? 429 : 200);
    expect(await growth('auth_rate_limited_total', { budget: 'anonymous-users' })).toBe(2);
    expect(await growth('auth_rate_limited_total', { budget: 'anonymous-calls' })).toBe(1);
    expect(await growth('profile_calls_total')).toBe(3);
  });

  it('count requests over the rate limit of a user and of an address', async () => {
    const token = await mint();
    for (let count = 1; count <= 32; count += 1)
      expect((await ask(ID, token)).status).toBe(count > 30 ? 429 : 200);
    expect(await growth('auth_rate_limited_total', { budget: 'user' })).toBe(2);
    expect(await growth('auth_rate_limited_total', { budget: 'address' })).toBe(0);

    const forwarded = { 'x-forwarded-for': '192.0.2.1' };
    for (let count = 1; count <= 8; count += 1)
      expect((await ask(ID, await mint({ forged: true }), forwarded)).status).toBe(count > 5 ? 429 : 401);
    expect(await growth('auth_rate_limited_total', { budget: 'address' })).toBe(3);
    expect(await growth('graphql_requests_total', { status: '429', code: 'RATE_LIMITED' })).toBe(5);
  });

  it('count profiles by source: a call, a fresh and a stale cached profile', async () => {
    const { id: userId } = emulator.control.createUser();
    const token = await mint({ userId });
    for (const _ of [1, 2, 3]) await ask(EMAIL, token);
    expect(await growth('profile_lookups_total', { from: 'call' })).toBe(1);
    expect(await growth('profile_lookups_total', { from: 'fresh' })).toBe(2);

    emulator.control.fail('profile', { kind: 'status', status: 500 });
    // A token that was issued after the profile was cached requires a newer profile.
    const { body } = await ask(EMAIL, await mint({ userId, issuedAt: now() + 3 }));
    expect(body.errors).toBeUndefined();
    expect(await growth('profile_lookups_total', { from: 'stale' })).toBe(1);
    expect(await growth('profile_lookups_total', { from: 'call' })).toBe(2);
  });

  it('count look-ups of what else is cached by kind, where each came from', async () => {
    const { control, people } = emulator;
    const token = await mint({ userId: people.ada.id });
    const query = '{ me { teams { permissions } contactChannels { id } } }';
    const lookups = (of: string, from: string) => growth('identity_lookups_total', { of, from });
    for (const _ of [1, 2, 3]) expect((await ask(query, token)).body.errors).toBeUndefined();
    for (const kind of ['teams', 'team-permissions', 'contact-channels'])
      expect([kind, await lookups(kind, 'call'), await lookups(kind, 'fresh')]).toEqual([kind, 1, 2]);

    control.fail('teams', { kind: 'status', status: 500 });
    const newer = await mint({ userId: people.ada.id, issuedAt: now() + 3 });
    expect((await ask('{ me { teams { id } } }', newer)).body.errors).toBeUndefined();
    expect([await lookups('teams', 'stale'), await lookups('teams', 'call')]).toEqual([1, 2]);
    control.heal();

    const gate = control.hold('project-permissions');
    const asked = [1, 2].map(() => ask('{ me { permissions } }', token));
    const shared = { of: 'project-permissions', from: 'shared' };
    await until('a shared call', async () => (await growth('identity_lookups_total', shared)) === 1);
    gate.release();
    await Promise.all(asked);
    expect(await lookups('project-permissions', 'call')).toBe(1);
    const { samples } = await scrape(server.metricsUrl);
    const labels = samples.filter(({ name }) => name === 'identity_lookups_total').map((each) => each.labels);
    expect(labels.length).toBeGreaterThan(0);
    expect(labels.filter((each) => !('of' in each && 'from' in each))).toEqual([]);
    // A profile has a metric of its own.
    expect(await growth('profile_lookups_total')).toBe(0);
  });

  it('count calls that are shared, active and queued', async () => {
    const [{ id: first }, { id: second }] = [emulator.control.createUser(), emulator.control.createUser()];
    const gate = emulator.control.hold('profile');
    const token = await mint({ userId: first });
    const asked = [ask(EMAIL, token), ask(EMAIL, token), ask(EMAIL, await mint({ userId: second }))];
    await gate.arrived(1);
    await until('a queued call', async () => (await current('profile_calls_waiting')) === 1);
    await until(
      'a shared call',
      async () => (await growth('profile_lookups_total', { from: 'shared' })) === 1,
    );
    expect(await current('profile_calls_in_flight')).toBe(1);
    expect(await current('graphql_requests_in_flight')).toBe(3);
    gate.release();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const name of ['profile_calls_waiting', 'profile_calls_in_flight', 'graphql_requests_in_flight'])
      expect(await current(name)).toBe(0);
    expect(await growth('profile_calls_total', { outcome: 'ok' })).toBe(2);
  });

  it('count users that are paused, calls that are not made, and the bytes of the cache', async () => {
    const [token, ...others] = await Promise.all([mint(), mint(), mint(), mint()]);
    const cached = await current('profile_cache_bytes');
    await ask(EMAIL, await mint());
    expect(await current('profile_cache_bytes')).toBeGreaterThan(cached + 1_000);
    expect(await current('profile_cache_anonymous_bytes')).toBeLessThan(cached);
    const heal = emulator.control.fail('profile', { kind: 'status', status: 500 });
    for (let time = 0; time < 5; time += 1) await ask(EMAIL, token);
    expect(await growth('profile_user_pauses_total', { because: 'failing' })).toBe(1);
    expect(await growth('profile_user_pauses_total')).toBe(1);
    heal();
    const gate = emulator.control.hold('profile');
    const asked = others.map((other) => ask(EMAIL, other));
    const notMade = () => growth('profile_calls_refused_total', { because: 'queue-full' });
    await until('a call that is not made', async () => (await notMade()) === 1);
    gate.release();
    await Promise.all(asked);
    expect(await growth('profile_calls_refused_total')).toBe(1);
  });

  it.each([
    ['ok', 0, {}],
    ['forbidden', 401, { 'x-stack-known-error': 'TEAM_PERMISSION_REQUIRED' }],
    ['rejected', 404, { 'x-stack-known-error': 'TEAM_MEMBERSHIP_NOT_FOUND' }],
    ['gone', 401, { 'x-stack-known-error': 'USER_NOT_FOUND' }],
    ['unavailable', 500, {}],
    ['expired', 401, { 'x-stack-known-error': 'ACCESS_TOKEN_EXPIRED' }],
    ['refused', 401, { 'x-stack-known-error': 'INVALID_SECRET_SERVER_KEY' }],
    ['limited', 429, AT_ONCE],
  ])('count a call with the outcome %s', async (outcome, status, headers) => {
    if (status > 0) emulator.control.fail('profile', { kind: 'status', status, headers });
    await ask(EMAIL, await mint());
    expect(await growth('profile_calls_total', { outcome })).toBe(1);
    expect(await growth('profile_calls_total')).toBe(1);
  });

  it('show the state of the breaker and the degradations', async () => {
    const breaker = async (state: string) => {
      expect(await current('profile_breaker_state', { state })).toBe(1);
      expect(await current('profile_breaker_state')).toBe(1);
      expect(await current('server_degraded', { what: 'breaker-open' })).toBe(state === 'closed' ? 0 : 1);
    };
    // The rate limit of the previous test is over, and no call has been made since.
    await breaker('open');
    const gate = emulator.control.hold('profile');
    const trial = ask(EMAIL, await mint());
    await gate.arrived(1);
    await breaker('half-open');
    gate.release();
    await trial;
    await breaker('closed');

    expect(await current('server_degraded')).toBe(0);
    emulator.control.fail('profile', {
      kind: 'status',
      status: 401,
      headers: { 'x-stack-known-error': 'INVALID_SECRET_SERVER_KEY' },
    });
    await ask(EMAIL, await mint());
    expect(await current('server_degraded', { what: 'provider-refuses-us' })).toBe(1);
    expect(await current('server_degraded')).toBe(1);
    emulator.control.heal();
    await ask(EMAIL, await mint());
    expect(await current('server_degraded')).toBe(0);
  });

  it('keep the same number of series for any clients and queries', async () => {
    const sendAsStranger = async () => {
      const name = `Q${randomUUID().replaceAll('-', '')}`;
      const headers = { 'x-request-id': name, 'user-agent': name, origin: `https://${name}.example` };
      await ask(`query ${name} { me { id a${name}: isAnonymous } }`, await mint(), headers);
      await ask(`query ${name} { ${name} }`, await mint(), headers);
      await ask(ID, await mint({ header: { kid: name } }), headers);
      await fetch(`${server.url}/${name}`, { headers });
    };
    await sendAsStranger();
    // The series of Node itself come and go.
    const countSeries = async () =>
      (await scrape(server.metricsUrl)).samples.filter(({ name }) => !name.startsWith('nodejs_')).length;
    const seriesBefore = await countSeries();
    for (let count = 0; count < 20; count += 1) await Promise.all(Array.from({ length: 10 }, sendAsStranger));
    expect(await growth('graphql_requests_total')).toBe(4 + 200 * 4);
    expect(await countSeries()).toBe(seriesBefore);
    const { samples } = await scrape(server.metricsUrl);
    expect(samples.filter(({ name }) => /^(graphql|auth|profile|server)_/.test(name)).length).toBeLessThan(
      150,
    );
    const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
    expect(labels).toContain('status');
    for (const label of ['user', 'requestId', 'operation', 'path', 'address'])
      expect(labels).not.toContain(label);
  });

  it('name the version of the server', async () => {
    expect((await scrape(server.metricsUrl)).value('server_info', { version: readVersion() })).toBe(1);
  });

  it('include memory, garbage collection and event loop lag of the process', async () => {
    const { value, samples } = await scrape(server.metricsUrl);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(50_000_000);
    expect(value('nodejs_heap_size_used_bytes')).toBeGreaterThan(10_000_000);
    expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    // docs/runtimes.md, row "garbage collection".
    expect(samples.some(({ name }) => name === 'nodejs_gc_duration_seconds_count')).toBe(!UNDER_BUN);
  });

  it('are served on a port of their own, and nothing else is served there', async () => {
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${server.metricsUrl}/metrics`)).headers.get('content-type')).toMatch(/^text\/plain/);
    for (const path of ['/', '/graphql', '/health', '/metrics/x'])
      expect((await fetch(server.metricsUrl + path)).status).toBe(404);
  });
});

function fits(labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([label, value]) => labels[label] === value);
}
