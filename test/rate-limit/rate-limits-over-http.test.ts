import { describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../src/auth/authenticate.ts';
import { createRates } from '../../src/rate-limit/rate-limits.ts';
import { listen } from '../../src/server/port.ts';
import { EXPIRED_TOKEN, INVALID_TOKEN, KEYS_UNAVAILABLE } from '../support/refusals.ts';
import { type GraphQLBody, startTestServer, type TestServer } from '../support/test-server.ts';
import { startTestVerifier, type TestVerifier } from '../support/test-verifier.ts';

const ME = '{ me { id } }';
const RATE_LIMITED = { name: 'AppError', message: 'Too many requests', code: 'RATE_LIMITED' };

type Name = 'ada' | 'grace' | 'linus';

const mint = ({ emulator }: Pick<TestServer, 'emulator'>, name: Name, options: object = {}) =>
  emulator.control.mintToken({ userId: emulator.people[name].id, ...options });

function expectLimited({ status, headers, body }: { status: number; headers: Headers; body: GraphQLBody }) {
  const retryAfter = Number(headers.get('retry-after'));
  expect(retryAfter).toBeGreaterThanOrEqual(1);
  expect(retryAfter).toBeLessThanOrEqual(60);
  expect({ status, body }).toEqual({
    status: 429,
    body: {
      errors: [{ message: 'Too many requests', extensions: { code: 'RATE_LIMITED', retryAfter } }],
    },
  });
}

/** A server that trusts one proxy; requests are sent with the addresses that the proxy would forward. */
async function startBehindProxy(env: Record<string, string>) {
  const test = await startTestServer({ env: { TRUST_PROXY: '1', ...env } });
  const listening = await listen(test.listener, { host: '127.0.0.1', port: 0 });
  return {
    test,
    async ask(forwarded: string, token: string, query = ME) {
      const answer = await fetch(`${listening.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': forwarded,
          'x-stack-access-token': token,
        },
        body: JSON.stringify({ query }),
      });
      return {
        status: answer.status,
        headers: answer.headers,
        body: (await answer.json()) as GraphQLBody,
      };
    },
    async [Symbol.asyncDispose]() {
      await listening.close(0);
      await test[Symbol.asyncDispose]();
    },
  };
}

/** Authentication with rate limits, whose verifications are counted. */
async function startLimited({ requests = 1_000, failures = 1_000 }) {
  const test = await startTestVerifier();
  const { verify, keys, clock } = test;
  const rates = createRates({ requests, failures });
  const authenticate = createAuthenticate({ verify, keys, rates, clock });
  await keys.find('any');
  return Object.assign(test, {
    ask: async (token: string, address = '203.0.113.7') =>
      authenticate(
        (name) => (name === 'x-stack-access-token' ? token : undefined),
        () => address,
      ),
  });
}

/** So many different tokens that are refused only by their signature. */
async function forgedTokens(test: TestVerifier, count: number): Promise<readonly string[]> {
  const forged = await mint(test, 'ada', { forged: true });
  const input = forged.slice(0, forged.lastIndexOf('.'));
  return Array.from({ length: count }, (_, index) => {
    const signature = Buffer.alloc(64, 7);
    signature.writeUInt32BE(index);
    return `${input}.${signature.toString('base64url')}`;
  });
}

describe('the budget of a user', () => {
  it('allows so many requests, and is separate for each user', async () => {
    await using test = await startTestServer({ env: { RATE_LIMIT: '5' } });
    const [ada, grace] = [await mint(test, 'ada'), await mint(test, 'grace')];
    for (const _time of [1, 2, 3, 4, 5]) expect((await test.ask(ME, { token: ada })).status).toBe(200);
    for (const _time of [1, 2]) expectLimited(await test.ask(ME, { token: ada }));
    for (const _time of [1, 2, 3, 4, 5]) expect((await test.ask(ME, { token: grace })).status).toBe(200);
    expect((await test.ask('{ __typename }')).status).toBe(200);
  });

  it('is shared by all tokens of the user, in any header', async () => {
    await using test = await startTestServer({ env: { RATE_LIMIT: '3' } });
    const [one, two, three, four] = await Promise.all([1, 2, 3, 4].map(() => mint(test, 'ada')));
    expect(new Set([one, two, three, four]).size).toBe(4);
    for (const headers of [
      { authorization: `Bearer ${one}` },
      { 'x-stack-access-token': String(two) },
      { 'x-stack-auth': JSON.stringify({ accessToken: three }) },
    ]) {
      expect((await test.ask(ME, { headers })).status).toBe(200);
    }
    expectLimited(await test.ask(ME, { token: String(four) }));
  });

  it('is not exceeded by concurrent requests', async () => {
    await using test = await startTestServer({ env: { RATE_LIMIT: '10' } });
    const token = await mint(test, 'ada');
    const answers = await Promise.all(Array.from({ length: 50 }, () => test.ask(ME, { token })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    for (const answer of answers.filter(({ status }) => status !== 200)) expectLimited(answer);
  });

  it('is not spent by forged tokens of the user', async () => {
    await using test = await startTestServer({ env: { RATE_LIMIT: '2', RATE_LIMIT_FAILED: '100' } });
    const forged = await mint(test, 'ada', { forged: true });
    for (const _time of [1, 2, 3, 4, 5]) {
      expect((await test.ask(ME, { token: forged })).status).toBe(401);
    }
    expect((await test.ask(ME, { token: await mint(test, 'ada') })).status).toBe(200);
  });

  it('allows no call to the provider once it is spent', async () => {
    await using test = await startTestServer({ env: { RATE_LIMIT: '1', PROFILE_CACHE_TTL: '0' } });
    const token = await mint(test, 'ada');
    const email = '{ me { email } }';
    expect((await test.ask(email, { token })).status).toBe(200);
    expectLimited(await test.ask(email, { token }));
    expect(test.emulator.control.calls().profile).toBe(1);
  });
});

describe('the budget of an address', () => {
  it('allows so many forged tokens, and then verifies no new token', async () => {
    await using server = await startBehindProxy({ RATE_LIMIT_FAILED: '3' });
    const { test, ask } = server;
    const known = await mint(test, 'ada');
    expect((await ask('203.0.113.7', known)).status).toBe(200);
    const forged = await mint(test, 'ada', { forged: true });
    for (const _time of [1, 2, 3]) expect((await ask('203.0.113.7', forged)).status).toBe(401);
    for (const _time of [1, 2]) expectLimited(await ask('203.0.113.7', forged));

    // Cached tokens still pass. New ones are refused, from this address only.
    expect((await ask('203.0.113.7', known)).status).toBe(200);
    const anew = await mint(test, 'grace');
    expectLimited(await ask('203.0.113.7', anew));
    expect((await ask('198.51.100.9', anew)).status).toBe(200);
    expect((await ask('203.0.113.7', anew)).status).toBe(200);
  });

  it('cannot be evaded by forged addresses, or by other addresses of the same /64', async () => {
    await using server = await startBehindProxy({ RATE_LIMIT_FAILED: '1' });
    const { test, ask } = server;
    const forged = await mint(test, 'ada', { forged: true });
    expect((await ask('203.0.113.7', forged)).status).toBe(401);
    for (const forwarded of ['1.2.3.4, 203.0.113.7', '::1,10.0.0.1, 203.0.113.7', '::ffff:203.0.113.7']) {
      expectLimited(await ask(forwarded, forged));
    }
    expect((await ask('2001:db8:1:2::1', forged)).status).toBe(401);
    for (const forwarded of ['2001:db8:1:2::2', '2001:DB8:1:2:ffff:ffff:ffff:ffff']) {
      expectLimited(await ask(forwarded, forged));
    }
    expect((await ask('2001:db8:1:3::1', forged)).status).toBe(401);
  });

  it('belongs to the peer where no proxy is trusted', async () => {
    await using server = await startBehindProxy({ RATE_LIMIT_FAILED: '2', TRUST_PROXY: '0' });
    const { test, ask } = server;
    const forged = await mint(test, 'ada', { forged: true });
    expect((await ask('203.0.113.1', forged)).status).toBe(401);
    expect((await ask('203.0.113.2', forged)).status).toBe(401);
    expectLimited(await ask('203.0.113.3', forged));
    const warnings = test.logged.filter((line) => line.includes('X-Forwarded-For'));
    expect(warnings.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 40, peer: '127.0.0.1' }),
    ]);
  });

  it('is reserved before a signature is checked, however many requests are concurrent', async () => {
    await using test = await startLimited({ failures: 60 });
    const tokens = await forgedTokens(test, 1_000);
    const { verifications } = test;
    const outcomes = await Promise.all(tokens.map((token) => test.ask(token).catch((error) => error)));
    expect(test.verifications - verifications).toBe(60);
    const limited = outcomes.filter(({ code }) => code === 'RATE_LIMITED');
    expect(limited).toHaveLength(940);
    for (const error of limited)
      expect(error).toMatchObject({ ...RATE_LIMITED, retryAfter: expect.any(Number) });
    for (const error of outcomes) if (!limited.includes(error)) expect(error).toMatchObject(INVALID_TOKEN);
  });

  it('is spent by one forged token that is sent repeatedly', async () => {
    await using test = await startLimited({ failures: 5 });
    const [forged = ''] = await forgedTokens(test, 1);
    for (const _time of [1, 2, 3, 4, 5]) await expect(test.ask(forged)).rejects.toMatchObject(INVALID_TOKEN);
    await expect(test.ask(forged)).rejects.toMatchObject(RATE_LIMITED);
    expect(test.verifications).toBe(5);
  });

  it('is separate for each address', async () => {
    await using test = await startLimited({ failures: 1 });
    const [forged = ''] = await forgedTokens(test, 1);
    for (const address of ['203.0.113.1', '203.0.113.2', '203.0.113.3', 'unknown', '__proto__']) {
      await expect(test.ask(forged, address)).rejects.toMatchObject(INVALID_TOKEN);
      await expect(test.ask(forged, address)).rejects.toMatchObject(RATE_LIMITED);
    }
  });

  it('does not refuse valid tokens, however many are concurrent', async () => {
    await using test = await startTestServer({ env: { RATE_LIMIT_FAILED: '2' } });
    const tokens = await Promise.all(
      Array.from({ length: 80 }, (_, index) => mint(test, 'ada', { expiresIn: 100 + index })),
    );
    expect(new Set(tokens).size).toBe(80);
    const answers = await Promise.all(tokens.map((token) => test.ask(ME, { token })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    // None of them has spent any of the budget.
    const forged = await mint(test, 'ada', { forged: true });
    const statuses: number[] = [];
    for (const _time of [1, 2, 3]) statuses.push((await test.ask(ME, { token: forged })).status);
    expect(statuses).toEqual([401, 401, 429]);
  });

  it('refuses the forged ones of many concurrent tokens, and no valid one', async () => {
    await using test = await startLimited({ failures: 10 });
    const forged = await forgedTokens(test, 100);
    const good = await Promise.all(
      Array.from({ length: 5 }, (_, index) => mint(test, 'ada', { expiresIn: 100 + index })),
    );
    const asked = [...forged.slice(0, 5), ...good, ...forged.slice(5)];
    const outcomes = await Promise.all(asked.map((token) => test.ask(token).catch((error) => error.code)));
    expect(outcomes.slice(5, 10)).toMatchObject(good.map((token) => ({ token })));
    const codes = [...outcomes.slice(0, 5), ...outcomes.slice(10)];
    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(10);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(90);
    expect(test.verifications).toBe(15);
  });

  it('is not spent by valid tokens', async () => {
    await using test = await startLimited({ failures: 2 });
    for (const name of ['ada', 'grace', 'linus', 'ada', 'grace', 'linus'] as const) {
      await expect(test.ask(await mint(test, name))).resolves.toBeDefined();
    }
    expect(test.verifications).toBe(6);
  });

  it('is not spent by expired tokens, whose signature is checked once', async () => {
    await using test = await startLimited({ failures: 2 });
    for (const expiresIn of [-60, -61, -62, -63]) {
      const expired = await mint(test, 'ada', { expiresIn });
      const { verifications } = test;
      for (const _time of [1, 2, 3]) await expect(test.ask(expired)).rejects.toMatchObject(EXPIRED_TOKEN);
      expect(test.verifications).toBe(verifications + 1);
    }
    await expect(test.ask(await mint(test, 'ada'))).resolves.toBeDefined();
  });

  it('is not spent while there are no keys to check tokens with', async () => {
    await using test = await startTestVerifier({
      prepare: (control) => control.fail('jwks', { kind: 'status', status: 503 }),
    });
    const { verify, keys, clock } = test;
    const rates = createRates({ requests: 1_000, failures: 2 });
    const authenticate = createAuthenticate({ verify, keys, rates, clock });
    const forged = await mint(test, 'ada', { forged: true });
    for (const _time of [1, 2, 3, 4, 5]) {
      const attempt = authenticate(
        (name) => (name === 'authorization' ? `Bearer ${forged}` : undefined),
        () => '203.0.113.7',
      );
      await expect(attempt).rejects.toMatchObject(KEYS_UNAVAILABLE);
    }
  });

  it('is not spent by malformed tokens, whose signature is not checked', async () => {
    await using test = await startLimited({ failures: 1 });
    for (const garbage of ['null', 'a.b', 'x'.repeat(9_000), 'a.b.c=']) {
      await expect(test.ask(garbage)).rejects.toMatchObject(INVALID_TOKEN);
    }
    expect(test.verifications).toBe(0);
    await expect(test.ask(await mint(test, 'ada'))).resolves.toBeDefined();
  });
});

describe('the calls for the anonymous users of an address', () => {
  const OFFICE = '203.0.113.7';
  const HOME = '198.51.100.9';
  const NAME = '{ me { id displayName } }';

  const guest = ({ emulator: { control } }: TestServer) =>
    control.mintToken({ userId: control.createUser({ kind: 'anonymous' }).id });

  it('are limited together: further fields are null, and the rest is answered', async () => {
    await using server = await startBehindProxy({ RATE_LIMIT_ANONYMOUS_CALLS: '3' });
    const { test, ask } = server;
    for (const _time of [1, 2, 3])
      expect((await ask(OFFICE, await guest(test), NAME)).body.errors).toBeUndefined();
    const { status, body } = await ask(OFFICE, await guest(test), NAME);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        data: { me: { id: expect.any(String), displayName: null } },
        errors: [
          {
            message: 'Too many requests',
            path: ['me', 'displayName'],
            locations: expect.any(Array),
            extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) },
          },
        ],
      },
    });
    expect(test.emulator.control.calls().profile).toBe(3);
    expect((await ask(HOME, await guest(test), NAME)).body.errors).toBeUndefined();
    // Signed-in users of the same address have no such limit.
    for (const name of ['ada', 'grace', 'linus'] as const)
      expect((await ask(OFFICE, await mint(test, name), NAME)).body.errors).toBeUndefined();
    expect(test.emulator.control.calls().profile).toBe(7);
  });

  it('are not spent by signed-in users, by cached profiles or by calls that are shared', async () => {
    await using server = await startBehindProxy({ RATE_LIMIT_ANONYMOUS_CALLS: '2' });
    const { test, ask } = server;
    const { control } = test.emulator;
    for (const name of ['ada', 'grace', 'linus'] as const) await ask(OFFICE, await mint(test, name), NAME);
    const [one, two] = [await guest(test), await guest(test)];
    const gate = control.hold('profile');
    const asked = [1, 2, 3].map(() => ask(OFFICE, one, NAME));
    await gate.arrived(1);
    gate.release();
    for (const { body } of await Promise.all(asked)) expect(body.errors).toBeUndefined();
    expect((await ask(OFFICE, one, NAME)).body.errors).toBeUndefined();
    expect((await ask(OFFICE, two, NAME)).body.errors).toBeUndefined();
    expect((await ask(OFFICE, await guest(test), NAME)).body.errors).toHaveLength(1);
  });

  it('beyond the limit get the stale profile where there is one', async () => {
    await using server = await startBehindProxy({ RATE_LIMIT_ANONYMOUS_CALLS: '2' });
    const { test, ask } = server;
    const { control } = test.emulator;
    const { id: userId } = control.createUser({ kind: 'anonymous' });
    await ask(OFFICE, await control.mintToken({ userId }), NAME);
    await ask(OFFICE, await guest(test), NAME);
    // A token that was issued later needs a newer profile than the cached one.
    const later = await control.mintToken({ userId, issuedAt: Math.floor(Date.now() / 1000) + 60 });
    expect((await ask(OFFICE, later, NAME)).body).toEqual({
      data: { me: { id: userId, displayName: null } },
    });
    expect(control.calls().profile).toBe(2);
  });

  it('count second attempts', async () => {
    await using server = await startBehindProxy({ RATE_LIMIT_ANONYMOUS_CALLS: '2' });
    const { test, ask } = server;
    const heal = test.emulator.control.fail('profile', { kind: 'status', status: 503 });
    const [first] = (await ask(OFFICE, await guest(test), NAME)).body.errors ?? [];
    expect(first?.extensions?.['code']).toBe('UPSTREAM_UNAVAILABLE');
    heal();
    expect(test.emulator.control.calls().profile).toBe(2);
    const [second] = (await ask(OFFICE, await guest(test), NAME)).body.errors ?? [];
    expect(second?.extensions?.['code']).toBe('RATE_LIMITED');
  });
});

describe('the new anonymous users of an address', () => {
  it('are limited, and the others are refused as a whole', async () => {
    await using server = await startBehindProxy({ RATE_LIMIT_ANONYMOUS_USERS: '2' });
    const { test, ask } = server;
    const { control } = test.emulator;
    const guests = await Promise.all(
      [1, 2, 3].map(() => control.mintToken({ userId: control.createUser({ kind: 'anonymous' }).id })),
    );
    for (const token of guests.slice(0, 2)) expect((await ask('203.0.113.7', token)).status).toBe(200);
    const [known = '', , refused = ''] = guests;
    expectLimited(await ask('203.0.113.7', refused));
    expect((await ask('203.0.113.7', known)).status).toBe(200);
    expect((await ask('203.0.113.7', await mint(test, 'ada'))).status).toBe(200);
    expect((await ask('198.51.100.9', refused)).status).toBe(200);
  });
});

describe('RATE_LIMIT=off', () => {
  it('limits no anonymous users', async () => {
    const env = { RATE_LIMIT: 'off', RATE_LIMIT_ANONYMOUS_USERS: '1', RATE_LIMIT_ANONYMOUS_CALLS: '1' };
    await using test = await startTestServer({ env });
    const { control } = test.emulator;
    for (const _time of [1, 2, 3]) {
      const token = await control.mintToken({ userId: control.createUser({ kind: 'anonymous' }).id });
      const { body } = await test.ask('{ me { displayName } }', { token });
      expect(body).toEqual({ data: { me: { displayName: null } } });
    }
    expect(control.calls().profile).toBe(3);
  });

  it('limits nothing', async () => {
    await using test = await startTestServer({ env: { RATE_LIMIT: 'off', RATE_LIMIT_FAILED: '1' } });
    const [token, forged] = [await mint(test, 'ada'), await mint(test, 'ada', { forged: true })];
    const statuses = new Set<number>();
    for (let time = 0; time < 605; time += 1) statuses.add((await test.ask(ME, { token })).status);
    expect([...statuses]).toEqual([200]);
    for (const _time of [1, 2, 3]) expect((await test.ask(ME, { token: forged })).status).toBe(401);
  });
});

describe('the default limits', () => {
  it('are 600 requests per user and 60 forged tokens per address and minute', async () => {
    await using test = await startTestServer();
    const forged = await mint(test, 'ada', { forged: true });
    const failed: number[] = [];
    for (let time = 0; time < 62; time += 1) failed.push((await test.ask(ME, { token: forged })).status);
    expect([failed.indexOf(429), failed.filter((status) => status === 401).length]).toEqual([60, 60]);
    expect(test.services.config.rateLimit).toEqual({
      requests: 600,
      failures: 60,
      anonymousUsers: 600,
      anonymousCalls: 600,
    });
  });
});
