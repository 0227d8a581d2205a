import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REST_STATUS } from '../../src/core/statuses.ts';
import type { Fault } from '../../src/emulator/fault.ts';
import { createServer } from '../../src/server/create-server.ts';
import { createClock } from '../support/clock.ts';
import { fetchInProcess } from '../support/in-process.ts';
import { differencesOf, OPENAPI } from '../support/openapi.ts';
import { sendRaw } from '../support/raw-http.ts';
import { startTestServer, type TestServerOptions } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const ME = '/api/users/me';
const PROFILE = '/api/users/me/profile';
const PATHS = [ME, PROFILE];
const ORIGIN = 'https://app.example.com';

/** A server that is asked over HTTP and in process; every answer is compared with docs/openapi.yaml. */
async function startRest(options: TestServerOptions = {}) {
  const test = await startTestServer({ ...options, env: { CORS_ORIGINS: ORIGIN, ...options.env } });
  const { control, people } = test.emulator;
  const inProcess = fetchInProcess(test);
  const ways = {
    'over HTTP': test.fetch,
    'in process': (path: string, init?: RequestInit) => inProcess(`http://localhost${path}`, init),
  };
  return {
    ...test,
    control,
    ways,
    tokenOf: (name: keyof typeof people) => control.mintToken({ userId: people[name].id }),
    async get(path: string, token?: string, way: keyof typeof ways = 'over HTTP') {
      const headers = { ...(token !== undefined && { 'x-stack-access-token': token }) };
      const response = await ways[way](path, { headers });
      const { status } = response;
      const body: unknown = await response.json();
      expect(differencesOf({ path, status, headers: response.headers, body })).toEqual([]);
      return { status, headers: response.headers, body };
    },
    requests: () => test.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'Request'),
  };
}

const WAYS = ['over HTTP', 'in process'] as const;

/** For requests that change nothing. */
let shared: Awaited<ReturnType<typeof startRest>>;

beforeAll(async () => {
  shared = await startRest();
});

afterAll(() => shared[Symbol.asyncDispose]());

describe('docs/openapi.yaml', () => {
  it('is a valid description', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(OPENAPI));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it('finds an answer that differs', () => {
    const differences = (status: number, body: unknown) =>
      differencesOf({ path: ME, status, headers: new Headers(), body }).length;
    expect(differences(200, { user_id: '1', is_anonymous: false })).toBe(0);
    expect(differences(200, { user_id: '1' })).toBe(1);
    expect(differences(200, { user_id: 1, is_anonymous: false })).toBe(1);
    expect(differences(200, { user_id: '1', is_anonymous: false, more: 1 })).toBe(1);
    expect(differences(401, { error: 'No', code: 'UNAUTHENTICATED' })).toBe(1);
    expect(differences(418, {})).toBe(1);
  });
});

describe('docs/rest.md', () => {
  it('gives each code the status of the one table', () => {
    const rows = readFileSync(new URL('../../docs/rest.md', import.meta.url), 'utf8').matchAll(
      /^\| (\d{3}) \| (.+?) \|/gm,
    );
    const told = [...rows].flatMap(([, status, codes = '']) =>
      [...codes.matchAll(/`(\w+)`/g)].map(([, code]) => `${code} ${status}`),
    );
    expect(told.length).toBeGreaterThan(10);
    const statuses = Object.entries(REST_STATUS).map(([code, status]) => `${code} ${status}`);
    expect(told.filter((row) => !statuses.includes(row))).toEqual(['BAD_REQUEST 405']);
  });
});

describe.each(WAYS)('the REST API %s', (way) => {
  it('names the user of the token without a call', async () => {
    await using test = await startRest();
    for (const [name, is_anonymous] of [
      ['ada', false],
      ['grace', false],
      ['guest', true],
    ] as const) {
      const { status, body, headers } = await test.get(ME, await test.tokenOf(name), way);
      expect([status, body]).toEqual([200, { user_id: test.emulator.people[name].id, is_anonymous }]);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(headers.get('cache-control')).toBe('no-store');
    }
    expect(test.control.calls().profile).toBe(0);
  });

  it("answers the profile by the provider's names, with one call", async () => {
    await using test = await startRest();
    const { id } = test.emulator.people.ada;
    const token = await test.tokenOf('ada');
    const { body } = await test.get(PROFILE, token, way);
    const genuine = test.control.findUser(id);
    expect(body).toEqual({
      id,
      display_name: genuine?.displayName,
      primary_email: genuine?.email,
      primary_email_verified: genuine?.emailVerified,
      profile_image_url: genuine?.profileImageUrl,
      signed_up_at_millis: genuine?.signedUpAt,
      last_active_at_millis: genuine?.lastActiveAt,
      has_password: genuine?.hasPassword,
      is_anonymous: false,
      oauth_providers: genuine?.oauthProviders.map(({ id, accountId, email }) => ({
        id,
        account_id: accountId,
        email,
      })),
    });
    expect((await test.get(PROFILE, token, way)).body).toEqual(body);
    expect(test.control.calls().profile).toBe(1);
  });

  it('answers null for what a user does not have', async () => {
    const test = shared;
    const { body } = await test.get(PROFILE, await test.tokenOf('guest'), way);
    expect(body).toMatchObject({
      display_name: null,
      primary_email: null,
      profile_image_url: null,
      is_anonymous: true,
      oauth_providers: [],
    });
  });

  it.each(PATHS)('answers HEAD as GET, without a body: %s', async (path) => {
    const test = shared;
    const token = await test.tokenOf('ada');
    for (const [headers, status] of [
      [{ 'x-stack-access-token': token }, 200],
      [{}, 401],
    ] as const) {
      const head = await test.ways[way](path, { method: 'HEAD', headers });
      expect([head.status, await head.text()]).toEqual([status, '']);
    }
  });

  it.each(PATHS.flatMap((path) => ['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => [method, path])))(
    'refuses %s before it looks at the token: %s',
    async (method, path) => {
      const test = shared;
      const response = await test.ways[way](path, { method, headers: { 'x-stack-access-token': 'forged' } });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      expect(await response.json()).toEqual({
        error: 'This path takes only GET and HEAD',
        code: 'BAD_REQUEST',
      });
    },
  );

  it.each(PATHS)('answers a preflight: %s', async (path) => {
    const test = shared;
    const headers = {
      origin: ORIGIN,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'x-stack-access-token',
    };
    const response = await test.ways[way](path, { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(response.headers.get('access-control-allow-headers')).toContain('x-stack-access-token');
  });

  it.each(PATHS)('refuses a request without a good token: %s', async (path) => {
    const test = shared;
    const refused = async (token?: string) => {
      const { status, body, headers } = await test.get(path, token, way);
      return { status, ...(body as object), wants: headers.get('www-authenticate') };
    };
    const { id } = test.emulator.people.ada;
    const invalid = { error: 'Invalid or expired access token', code: 'UNAUTHENTICATED', status: 401 };
    const wants = 'Bearer realm="graphql", error="invalid_token"';
    expect(await refused()).toEqual({
      error: 'Access token required',
      code: 'UNAUTHENTICATED',
      reason: 'MISSING_TOKEN',
      status: 401,
      wants: 'Bearer realm="graphql"',
    });
    expect(await refused('forged')).toEqual({ ...invalid, reason: 'INVALID_TOKEN', wants });
    const expired = await test.control.mintToken({ userId: id, expiresIn: -10 });
    expect(await refused(expired)).toEqual({ ...invalid, reason: 'EXPIRED_TOKEN', wants });
  });

  it.each(PATHS)('says 503 while tokens cannot be checked: %s', async (path) => {
    await using test = await startRest();
    test.control.fail('jwks', { kind: 'status', status: 500 });
    await using late = await startRest({ env: { STACK_API_URL: test.emulator.url } });
    const { status, body, headers } = await late.get(path, await test.tokenOf('ada'), way);
    expect([status, body]).toEqual([
      503,
      { error: 'Authentication server error', code: 'SERVICE_UNAVAILABLE', reason: 'SERVER_ERROR' },
    ]);
    expect(headers.get('retry-after')).toBe('5');
  });

  const status = (code: number, headers: Readonly<Record<string, string>> = {}): Fault => ({
    kind: 'status',
    status: code,
    headers,
  });
  it.each<[string, Fault, number, object]>([
    ['down', status(500), 502, { code: 'UPSTREAM_UNAVAILABLE' }],
    ['broken', { kind: 'reset' }, 502, { code: 'UPSTREAM_UNAVAILABLE' }],
    ['blocked', status(403), 502, { code: 'UPSTREAM_UNAVAILABLE' }],
    ['limiting us', status(429, { 'retry-after': '7' }), 503, { code: 'UPSTREAM_RATE_LIMITED' }],
    [
      'refusing our key',
      status(401, { 'x-stack-known-error': 'INVALID_SECRET_SERVER_KEY' }),
      500,
      { code: 'INTERNAL_SERVER_ERROR', error: 'Unexpected error' },
    ],
    [
      'without the user',
      status(401, { 'x-stack-known-error': 'USER_NOT_FOUND' }),
      401,
      { code: 'UNAUTHENTICATED', reason: 'USER_GONE' },
    ],
  ])('says what a provider means that is %s, for the profile alone', async (_what, fault, code, expected) => {
    await using test = await startRest();
    test.control.fail('profile', fault);
    const token = await test.tokenOf('ada');
    const { status, body, headers } = await test.get(PROFILE, token, way);
    expect(body).toMatchObject(expected);
    expect(status).toBe(code);
    expect(headers.get('retry-after')).toBe(code === 503 ? '7' : null);
    expect((await test.get(ME, token, way)).status).toBe(200);
  });

  it('counts for the rate limit of its user', async () => {
    await using test = await startRest({ env: { RATE_LIMIT: '2' }, clock: createClock() });
    const token = await test.tokenOf('ada');
    const statuses = [];
    for (const path of [ME, ME, PROFILE]) statuses.push((await test.get(path, token, way)).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('ends with the time limit', async () => {
    await using test = await startRest({ env: { EXECUTION_TIMEOUT: '0.1', UPSTREAM_TIMEOUT: '5' } });
    const gate = test.control.hold('profile');
    const { status } = await test.get(PROFILE, await test.tokenOf('ada'), way);
    gate.release();
    expect([502, 503]).toContain(status);
  });

  it('is logged and counted as every request', async () => {
    await using test = await startRest();
    const counted: string[] = [];
    test.services.events.subscribe((event) => {
      if (event.kind === 'request') counted.push(`${event.status} ${event.codes.join()}`);
    });
    const token = await test.tokenOf('ada');
    await test.get(PROFILE, token, way);
    await test.get(ME, undefined, way);
    await until('both requests are logged', () => test.requests().length === 2);
    expect(test.requests()).toMatchObject([
      { path: PROFILE, status: 200, user: test.emulator.people.ada.id, upstreamCalls: 1 },
      { path: ME, status: 401, codes: ['UNAUTHENTICATED'] },
    ]);
    expect(counted).toEqual(['200 ', '401 UNAUTHENTICATED']);
    expect(test.services.gauges().inFlight).toBe(0);
  });

  it('is not served with REST_API=off', async () => {
    await using test = await startRest({ env: { REST_API: 'off' } });
    const headers = { 'x-stack-access-token': await test.tokenOf('ada') };
    for (const path of PATHS) expect((await test.ways[way](path, { headers })).status).toBe(404);
  });

  it('is served below BASE_PATH alone', async () => {
    await using test = await startRest({ env: { BASE_PATH: '/team' } });
    const headers = { 'x-stack-access-token': await test.tokenOf('ada') };
    for (const path of PATHS) {
      expect((await test.ways[way](`/team${path}`, { headers })).status).toBe(200);
      expect((await test.ways[way](path, { headers })).status).toBe(404);
    }
  });

  it.each([`${ME}/`, `${ME}/profile/`, '/api/users', '/api/users/me/PROFILE', '/api//users/me'])(
    'does not serve %s',
    async (path) => {
      const test = shared;
      expect((await test.ways[way](path)).status).toBe(404);
    },
  );
});

describe('the REST API', () => {
  it('serves only as many requests as MAX_IN_FLIGHT allows, and frees their places', async () => {
    await using test = await startRest({ env: { MAX_IN_FLIGHT: '1', PROFILE_CACHE_TTL: '0' } });
    const token = await test.tokenOf('ada');
    const gate = test.control.hold('profile');
    const first = test.get(PROFILE, token);
    await until('the request is in flight', () => test.services.traffic.inFlight === 1);
    expect(await test.get(ME, token)).toMatchObject({ status: 503, body: { code: 'OVERLOADED' } });
    gate.release();
    expect((await first).status).toBe(200);
    expect((await test.get(ME, token)).status).toBe(200);
  });

  it('replaces an answer that is larger than RESPONSE_LIMIT', async () => {
    await using test = await startRest({ env: { RESPONSE_LIMIT: '10000' } });
    const oauthProviders = Array.from({ length: 300 }, (_, index) => ({
      id: `provider-${index}`,
      accountId: String(index).padStart(200, '0'),
      email: null,
    }));
    const { id } = test.control.createUser({ oauthProviders });
    const token = await test.control.mintToken({ userId: id });
    const { status, body } = await test.get(PROFILE, token);
    expect([status, body]).toMatchObject([400, { code: 'LIMIT_EXCEEDED', reason: 'RESPONSE_LIMIT' }]);
  });

  it('refuses two tokens that differ', async () => {
    const test = shared;
    const headers = {
      'x-stack-access-token': await test.tokenOf('ada'),
      'x-hexclave-access-token': await test.tokenOf('grace'),
    };
    const response = await test.fetch(ME, { headers });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'BAD_REQUEST', reason: 'CONFLICTING_TOKENS' });
  });

  it('discards a body that comes with a GET, and serves the next request of the connection', async () => {
    const test = shared;
    const token = await test.tokenOf('ada');
    const request = (end: string, body: string) =>
      [`GET ${ME} HTTP/1.1`, 'Host: x', `X-Stack-Access-Token: ${token}`, end, '', body].join('\r\n');
    const answer = await sendRaw(
      test.url,
      request('Content-Length: 4', 'abcd') + request('Connection: close', ''),
    );
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });

  it("runs a team's steps", async () => {
    await using test = await startRest();
    const ran: string[] = [];
    const { fetch } = createServer(test.services, {
      steps: [
        {
          name: 'recording',
          admit: () => void ran.push('admit'),
          begin: () => void ran.push('begin'),
          check: () => void ran.push('check'),
          execute: (_execution, next) => {
            ran.push('execute');
            return next();
          },
          headers: () => ['x-team', 'yes'],
          done: (_exchange, status) => void ran.push(`done ${status}`),
        },
      ],
    });
    const headers = { 'x-stack-access-token': await test.tokenOf('ada') };
    const response = await fetch(`http://localhost${PROFILE}`, { headers });
    await response.text();
    expect(response.headers.get('x-team')).toBe('yes');
    expect(ran).toEqual(['admit', 'begin', 'execute', 'done 200']);
  });
});
