import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/emulator/fault.ts';
import type { People } from '../../src/emulator/seed.ts';
import { createClock } from '../support/clock.ts';
import { startTestServer } from '../support/test-server.ts';

const ID = '{ me { id isAnonymous isRestricted } session { id } }';
const PROFILE = '{ me { id displayName } }';

/** Ages of the cached profile in milliseconds, for a TTL of 30 s and a stale maximum of 60 s. */
const FRESH = 29_999;
const STALE = 60_000;
const TOO_OLD = 60_001;
type Age = number | 'none';

const UNAVAILABLE = {
  message: 'The identity provider is unavailable',
  extensions: { code: 'UPSTREAM_UNAVAILABLE' },
};
const limited = (extensions: object) => ({
  message: 'The identity provider limits our requests',
  extensions: { code: 'UPSTREAM_RATE_LIMITED', ...extensions },
});

interface Row {
  readonly name: string;
  readonly fault: Fault | ((people: People) => Fault);
  /** The error where no profile is cached; `UNAVAILABLE` by default. */
  readonly error?: object;
  /** How often the provider is asked; once by default. */
  readonly calls?: number;
  /** The time limit in seconds, where it ends the call. */
  readonly timeout?: string;
}

const status = (code: number, rest: { headers?: Record<string, string>; body?: string } = {}): Fault => ({
  kind: 'status',
  status: code,
  ...rest,
});

const ROWS: readonly Row[] = [
  { name: '500', fault: status(500, { body: 'Something went wrong.' }) },
  { name: '502', fault: status(502), calls: 2 },
  {
    name: '429 that names a time',
    fault: status(429, { headers: { 'retry-after': '7' } }),
    error: limited({ retryAfter: 7 }),
  },
  { name: '429 that does not', fault: status(429), error: limited({ retryAfter: 5 }) },
  {
    name: '429 that names an hour',
    fault: status(429, { headers: { 'retry-after': '3600' } }),
    error: limited({ retryAfter: 60 }),
  },
  ...[401, 403, 404, 413, 431].map((code) => ({
    name: `a gateway's ${code}`,
    fault: status(code, { headers: { 'content-type': 'text/html' }, body: '<html>Not here</html>' }),
  })),
  {
    name: "a firewall's 403 in plain text",
    fault: status(403, { headers: { 'content-type': 'text/plain' }, body: 'error code: 1020' }),
  },
  { name: 'a redirect', fault: status(302, { headers: { location: '/api/v1/projects/current' } }) },
  { name: 'garbage', fault: { kind: 'garbage' } },
  { name: 'another shape', fault: { kind: 'body', body: '{"id":1,"display_name":"Ada Lovelace"}' } },
  { name: "another user's profile", fault: ({ grace }) => ({ kind: 'otherUser', userId: grace.id }) },
  { name: '5 MB', fault: { kind: 'body', body: JSON.stringify({ id: 'x'.repeat(5_000_000) }) } },
  { name: 'a reset', fault: { kind: 'reset' }, calls: 2 },
  { name: 'half a body', fault: { kind: 'half' }, calls: 2 },
  { name: 'no answer', fault: { kind: 'hang' }, timeout: '1' },
  { name: 'an answer after the time limit', fault: { kind: 'slow', ms: 3_000 }, timeout: '1' },
];

/** A server that may have cached Ada's profile, and whose provider then fails. */
async function startFailing({ fault, timeout = '10' }: Row, cached: Age) {
  const clock = createClock();
  const env = { UPSTREAM_TIMEOUT: timeout, PROFILE_CACHE_TTL: '30', PROFILE_STALE_MAX: '60' };
  const test = await startTestServer({ env, clock });
  const { control, people } = test.emulator;
  const { id } = people.ada;
  const token = await control.mintToken({ userId: id });
  const show = async (query: string) => {
    const { status, body } = await test.ask(query, { token });
    return { status, ...body };
  };
  expect(await show(ID)).toEqual(known(id)); // From here on the server has the keys.
  if (cached !== 'none') {
    expect(await show(PROFILE)).toEqual(served(id));
    clock.advance(cached);
  }
  control.fail('profile', typeof fault === 'function' ? fault(people) : fault);
  control.resetCalls();
  return Object.assign(test, { id, control, show });
}

const known = (id: string) => ({
  status: 200,
  data: { me: { id, isAnonymous: false, isRestricted: false }, session: { id: expect.any(String) } },
});

const served = (id: string, displayName = 'Ada Lovelace') => ({
  status: 200,
  data: { me: { id, displayName } },
});

const failed = (id: string, error: object) => ({
  status: 200,
  data: { me: { id, displayName: null } },
  errors: [{ ...error, path: ['me', 'displayName'], locations: expect.any(Array) }],
});

describe.concurrent.each(ROWS)('while the provider answers with $name', (row) => {
  const error = row.error ?? UNAVAILABLE;
  const calls = row.calls ?? 1;

  it.each<[string, Age, (id: string) => object, number]>([
    ['the field has an error where no profile is cached', 'none', (id) => failed(id, error), calls],
    ['a fresh profile is served without a call', FRESH, served, 0],
    ['a stale profile is served after a call', STALE, served, calls],
    [
      'a profile that is too old is not served, and the field has an error',
      TOO_OLD,
      (id) => failed(id, error),
      calls,
    ],
  ])('%s', async (_what, cached, expected, made) => {
    await using test = await startFailing(row, cached);
    expect(await test.show(ID)).toEqual(known(test.id));
    expect(test.control.calls().total).toBe(0);
    expect(await test.show(PROFILE)).toEqual(expected(test.id));
    expect(test.control.calls()).toMatchObject({ profile: made, total: made });
    expect(await test.show(ID)).toEqual(known(test.id));
    expect(test.control.calls().total).toBe(made);
  });
});

describe.concurrent('while the provider takes three seconds', () => {
  it('its answers are waited for, and no stale profile is served instead', async () => {
    const row: Row = { name: 'its true answer, slowly', fault: { kind: 'slow', ms: 3_000 } };
    await using test = await startFailing(row, STALE);
    test.control.updateUser(test.id, { displayName: 'Countess of Lovelace' });
    expect(await test.show(PROFILE)).toEqual(served(test.id, 'Countess of Lovelace'));
    expect(test.control.calls().total).toBe(1);
  });
});

describe.concurrent('a provider that has dropped the key of a token', () => {
  const INVALID_TOKEN = {
    message: 'Invalid or expired access token',
    extensions: { code: 'UNAUTHENTICATED', reason: 'INVALID_TOKEN' },
  };

  it('makes fields that need it UNAUTHENTICATED, and is no degradation', async () => {
    const row: Row = { name: 'its true answer', fault: { kind: 'slow', ms: 0 } };
    await using test = await startFailing(row, STALE);
    await test.control.rotateKeys();
    for (let time = 0; time < 10; time += 1)
      expect(await test.show(PROFILE)).toEqual(failed(test.id, INVALID_TOKEN));
    expect(await test.show(ID)).toEqual(known(test.id));
    expect(await (await test.fetch('/ready')).json()).toEqual({ status: 'ready', degraded: [] });
    expect(test.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  });
});

describe.concurrent('a provider that refuses in plain text', () => {
  it('is no outage: no stale profile is served, and the breaker stays closed', async () => {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    const row: Row = {
      name: 'a refusal',
      fault: status(403, { headers, body: 'Clients can only read their own.' }),
    };
    await using test = await startFailing(row, STALE);
    for (let time = 0; time < 10; time += 1)
      expect(await test.show(PROFILE)).toMatchObject({
        data: { me: { displayName: null } },
        errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
      });
    expect(test.control.calls().profile).toBe(10);
    expect(test.services.gauges().breaker).toBe('closed');
  });
});
