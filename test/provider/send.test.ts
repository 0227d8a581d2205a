import { describe, expect, it } from 'vitest';
import { createUpstream } from '../../src/core/http-client.ts';
import type { HttpMethod } from '../../src/core/upstream.ts';
import type { Fault } from '../../src/emulator/fault.ts';
import type { People } from '../../src/emulator/seed.ts';
import { path } from '../../src/provider/path.ts';
import { profileCall } from '../../src/provider/profile.ts';
import type { CallerRequest } from '../../src/provider/send.ts';
import { createSend, type ProviderCall } from '../../src/provider/send.ts';
import { startHttpServer } from '../support/http-server.ts';
import { startTestClient } from '../support/test-client.ts';

const PROJECT = 'c08ec152-3d9d-4560-bdd6-ee35577c15a4';
const TEAM = '24e494af-d5e5-4dcd-818c-fd9f21b2ec64';
const REQUEST: CallerRequest = {
  id: 'ada',
  token: 'aaaa.bbbb.cccc',
  isAnonymous: false,
  isRestricted: false,
  issuedAt: undefined,
};

/** What the provider receives of one call. */
async function sentBy(call: ProviderCall<unknown>, publishableClientKey?: string) {
  let body = '';
  await using server = await startHttpServer(async (request, response) => {
    for await (const chunk of request) body += String(chunk);
    response.end('{}');
  });
  const upstream = createUpstream({ url: server.url, connections: 1, timeout: 5_000 });
  const keys = { projectId: PROJECT, secretServerKey: 'ssk_secret', publishableClientKey };
  await createSend({ upstream, ...keys })(call, undefined);
  await upstream.close();
  expect(server.received).toHaveLength(1);
  const [received] = server.received;
  if (!received) throw new Error('Nothing was sent');
  const stack = Object.entries(received.headers).filter(([name]) => name.startsWith('x-'));
  return { ...received, body, stack: Object.fromEntries(stack) };
}

const profileSentBy = (request: Partial<CallerRequest>, publishableClientKey?: string) =>
  sentBy(profileCall({ ...REQUEST, ...request }), publishableClientKey);

describe('a call for a profile', () => {
  it('is a GET of the caller’s own user with server access, our keys and the caller’s token', async () => {
    const { method, path, stack, headers, body } = await profileSentBy({});
    expect({ method, path, stack, body }).toEqual({
      method: 'GET',
      path: '/api/v1/users/me',
      stack: {
        'x-stack-access-type': 'server',
        'x-stack-project-id': PROJECT,
        'x-stack-secret-server-key': 'ssk_secret',
        'x-stack-access-token': REQUEST.token,
      },
      body: '',
    });
    expect(Object.keys(headers).filter((name) => !name.startsWith('x-'))).toEqual([
      'host',
      'connection',
      'accept-encoding',
      'accept',
    ]);
    expect(headers['accept-encoding']).toBe('identity');
    expect(headers.accept).toBe('application/json');
  });

  it('carries the publishable key where there is one', async () => {
    expect((await profileSentBy({}, 'pck_x')).stack).toMatchObject({
      'x-stack-publishable-client-key': 'pck_x',
    });
  });

  it.each<[string, Partial<CallerRequest>, object]>([
    ['nothing for an ordinary user', {}, {}],
    ['restricted users for one', { isRestricted: true }, { 'x-stack-allow-restricted-user': 'true' }],
    [
      'anonymous users for one, who is restricted as well',
      { isAnonymous: true, isRestricted: true },
      { 'x-stack-allow-anonymous-user': 'true', 'x-stack-allow-restricted-user': 'true' },
    ],
  ])('allows %s', async (_what, request, expected) => {
    const { stack } = await profileSentBy(request);
    const allowed = Object.entries(stack).filter(([name]) => name.includes('-allow-'));
    expect(Object.fromEntries(allowed)).toEqual(expected);
  });
});

describe('a call with client access', () => {
  const call = (change: Partial<ProviderCall<unknown>> = {}): ProviderCall<unknown> => ({
    method: 'GET',
    path: path`/teams/${TEAM}`,
    access: 'client',
    caller: REQUEST,
    parse: (body) => body,
    ...change,
  });

  it.each<[string | undefined, object]>([
    [undefined, {}],
    ['pck_x', { 'x-stack-publishable-client-key': 'pck_x' }],
  ])('never carries the secret key, and the publishable key %s', async (key, expected) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const { stack, headers } = await sentBy(call({ method }), key);
      expect(stack).toEqual({
        'x-stack-access-type': 'client',
        'x-stack-project-id': PROJECT,
        'x-stack-access-token': REQUEST.token,
        ...expected,
      });
      expect(JSON.stringify(headers)).not.toContain('ssk_');
    }
  });

  it('carries the headers that allow the caller’s class', async () => {
    const caller = { ...REQUEST, isAnonymous: true, isRestricted: true };
    expect((await sentBy(call({ caller }))).stack).toMatchObject({
      'x-stack-allow-anonymous-user': 'true',
      'x-stack-allow-restricted-user': 'true',
    });
  });

  it('carries no token where it is made for no caller', async () => {
    const { stack } = await sentBy(call({ caller: undefined }));
    expect(stack).not.toHaveProperty('x-stack-access-token');
  });

  it.each<[HttpMethod, unknown, string, string | undefined]>([
    ['GET', undefined, '', undefined],
    ['GET', { ignored: true }, '', undefined],
    ['POST', { display_name: 'Ada' }, '{"display_name":"Ada"}', 'application/json'],
    ['POST', undefined, '{}', 'application/json'],
    ['PATCH', { display_name: null }, '{"display_name":null}', 'application/json'],
    ['PUT', undefined, '{}', 'application/json'],
    ['DELETE', undefined, '', undefined],
    ['DELETE', { reason: 'ä' }, '{"reason":"ä"}', 'application/json'],
  ])('by %s with the body %j sends %s', async (method, body, sent, contentType) => {
    const received = await sentBy(call({ method, body }));
    expect(received).toMatchObject({ method, path: `/api/v1/teams/${TEAM}`, body: sent });
    expect(received.headers['content-type']).toBe(contentType);
  });
});

describe('a profile', () => {
  it.each<[keyof People]>([['ada'], ['grace'], ['linus'], ['radia'], ['mallory'], ['guest']])(
    'is fetched for %s with one call',
    async (name) => {
      await using test = await startTestClient();
      const { id, email, displayName, hasPassword } = test.emulator.people[name];
      const outcome = await test.fetchProfile(await test.requestOf(name));
      expect(outcome).toMatchObject({
        kind: 'ok',
        value: {
          id,
          email: email ?? undefined,
          displayName: displayName ?? undefined,
          hasPassword,
        },
      });
      expect(test.emulator.control.calls()).toMatchObject({ profile: 1, total: 1 });
    },
  );

  it('is fetched anew by every call', async () => {
    await using test = await startTestClient();
    const request = await test.requestOf('ada');
    await test.fetchProfile(request);
    test.emulator.control.updateUser(request.id, { displayName: 'Countess of Lovelace' });
    expect(await test.fetchProfile(request)).toMatchObject({
      kind: 'ok',
      value: { displayName: 'Countess of Lovelace' },
    });
    expect(test.emulator.control.calls().profile).toBe(2);
  });

  it('has nothing of what the provider tells to servers only', async () => {
    await using test = await startTestClient();
    const { control, people } = test.emulator;
    control.updateUser(people.mallory.id, { serverMetadata: { note: 'SECRET' }, countryCode: 'SECRET' });
    const outcome = await test.fetchProfile(await test.requestOf('mallory'));
    expect(outcome.kind).toBe('ok');
    expect(JSON.stringify(outcome)).not.toMatch(/SECRET|rule 7|spam|risk|metadata/);
  });

  it('is still fetched with the token of an anonymous user who has signed up since', async () => {
    await using test = await startTestClient();
    const request = await test.requestOf('guest');
    const account = { kind: 'ordinary', email: 'guest@example.test', emailVerified: false } as const;
    test.emulator.control.updateUser(request.id, account);
    expect(await test.fetchProfile(request)).toMatchObject({
      kind: 'ok',
      value: { id: request.id, email: 'guest@example.test' },
    });
  });

  it('is still fetched with the token of a user who was restricted since', async () => {
    await using test = await startTestClient();
    const request = await test.requestOf('linus');
    test.emulator.control.requireEmailVerification(true);
    expect((await test.fetchProfile(request)).kind).toBe('ok');
  });
});

describe('a user', () => {
  it('who was deleted has the outcome gone', async () => {
    await using test = await startTestClient();
    const request = await test.requestOf('ada');
    test.emulator.control.deleteUser(request.id);
    expect(await test.fetchProfile(request)).toEqual({ kind: 'gone' });
  });

  it('whose token has expired has the outcome expired, whatever else is wrong', async () => {
    for (const options of [{}, { secretServerKey: 'ssk_wrong' }]) {
      await using test = await startTestClient(options);
      const { id } = test.emulator.people.ada;
      const token = await test.emulator.control.mintToken({ userId: id, expiresIn: -1 });
      expect(await test.fetchProfile({ ...REQUEST, id, token })).toEqual({
        kind: 'expired',
        reason: 'EXPIRED_TOKEN',
      });
    }
  });
});

describe('a token whose key the provider has dropped', () => {
  it('has the outcome expired, with the reason INVALID_TOKEN', async () => {
    await using test = await startTestClient();
    const request = await test.requestOf('ada');
    await test.emulator.control.rotateKeys();
    expect(await test.fetchProfile(request)).toEqual({ kind: 'expired', reason: 'INVALID_TOKEN' });
  });
});

describe('the provider refuses', () => {
  it.each([
    ['our key', { secretServerKey: 'ssk_wrong' }, 'INVALID_SECRET_SERVER_KEY'],
    ['our project', { projectId: PROJECT }, 'INVALID_PROJECT_FOR_ACCESS_TOKEN'],
  ])('%s', async (_what, options, knownError) => {
    await using test = await startTestClient(options);
    expect(await test.fetchProfile(await test.requestOf('ada'))).toEqual({ kind: 'refused', knownError });
  });

  it.each([
    ['an anonymous user who was not announced', 'guest', 'ANONYMOUS_AUTHENTICATION_NOT_ALLOWED'],
    ['a restricted user who was not announced', 'radia', 'RESTRICTED_USER_NOT_ALLOWED'],
  ] as const)('%s', async (_what, name, knownError) => {
    await using test = await startTestClient();
    const { id } = test.emulator.people[name];
    const token = await test.emulator.control.mintToken({ userId: id });
    expect(await test.fetchProfile({ ...REQUEST, id, token })).toEqual({ kind: 'refused', knownError });
  });
});

/** The page of a gateway with this status. */
const status = (code: number): Fault => ({
  kind: 'status',
  status: code,
  headers: { 'content-type': 'text/html' },
  body: '<html>Not here</html>',
});

describe('a provider that fails', () => {
  it.each<[string, Fault]>([
    ['a failure', { kind: 'status', status: 500, body: 'Something went wrong.' }],
    ['an outage', { kind: 'status', status: 503 }],
    ['a gateway', { kind: 'status', status: 502, body: '<html>Bad Gateway</html>' }],
    ['a page that does not exist', status(404)],
    ['a redirect', { kind: 'status', status: 308, headers: { location: '/api/v1/users/me' } }],
    ['a login page in front', status(401)],
    ['a firewall in front', status(403)],
    ['a captive portal', { kind: 'body', body: '<html>Sign in</html>', contentType: 'text/html' }],
    ['another shape', { kind: 'body', body: '{"user":{"id":"ada"}}' }],
    ['an empty body', { kind: 'body', body: '' }],
    ['five megabytes', { kind: 'body', body: `{"id":"${'x'.repeat(5_000_000)}"}` }],
    ['broken JSON', { kind: 'garbage' }],
    ['a cut connection', { kind: 'reset' }],
    ['no HTTP', { kind: 'notHttp' }],
    ['half a body', { kind: 'half' }],
  ])('has the outcome unavailable: %s', async (_what, fault) => {
    await using test = await startTestClient();
    test.emulator.control.fail('profile', fault);
    const outcome = await test.fetchProfile(await test.requestOf('ada'));
    expect(outcome).toMatchObject({ kind: 'unavailable', cause: expect.any(Error) });
    expect(test.emulator.control.calls().total).toBe(1);
  });

  it.each<[string, Fault]>([
    ['silence', { kind: 'hang' }],
    ['an answer that comes too late', { kind: 'slow', ms: 60_000 }],
  ])('has the outcome unavailable when the time limit has passed: %s', async (_what, fault) => {
    await using test = await startTestClient({ timeout: 100 });
    test.emulator.control.fail('profile', fault);
    expect(await test.fetchProfile(await test.requestOf('ada'))).toMatchObject({
      kind: 'unavailable',
      cause: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  });

  it('has the outcome unavailable where no connection can be made', async () => {
    await using test = await startTestClient();
    const request = await test.requestOf('ada');
    await test.emulator.close();
    expect(await test.fetchProfile(request)).toMatchObject({ kind: 'unavailable' });
  });

  it('has the outcome unavailable where it answers with another user', async () => {
    await using test = await startTestClient();
    const { control, people } = test.emulator;
    control.fail('profile', { kind: 'otherUser', userId: people.grace.id });
    const outcome = await test.fetchProfile(await test.requestOf('ada'));
    expect(outcome).toMatchObject({ kind: 'unavailable', cause: expect.any(Error) });
    expect(JSON.stringify(outcome)).not.toContain('grace');
  });

  it.each<[string | undefined, number | undefined]>([
    ['7', 7],
    ['soon', undefined],
    [undefined, undefined],
  ])('has the outcome limited by 429 with Retry-After %s', async (value, retryAfter) => {
    await using test = await startTestClient();
    const headers = value === undefined ? {} : { 'retry-after': value };
    test.emulator.control.fail('profile', { kind: 'status', status: 429, headers });
    const outcome = await test.fetchProfile(await test.requestOf('ada'));
    expect(outcome).toEqual({ kind: 'limited', retryAfter });
  });

  it('is asked again by the next call', async () => {
    await using test = await startTestClient();
    const heal = test.emulator.control.fail('profile', { kind: 'reset' });
    const request = await test.requestOf('ada');
    expect((await test.fetchProfile(request)).kind).toBe('unavailable');
    heal();
    expect((await test.fetchProfile(request)).kind).toBe('ok');
  });
});

describe('a caller that leaves', () => {
  const reason = new Error('The client has left');

  it('is rejected with its own reason, and the call ends at the provider too', async () => {
    await using test = await startTestClient();
    const gate = test.emulator.control.hold('profile');
    const caller = new AbortController();
    const call = test.fetchProfile({ ...(await test.requestOf('ada')), signal: caller.signal });
    await gate.arrived(1);
    caller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await gate.left(1);
  });

  it('makes no call where it had left before', async () => {
    await using test = await startTestClient();
    const request = await test.requestOf('ada');
    const call = test.fetchProfile({ ...request, signal: AbortSignal.abort(reason) });
    await expect(call).rejects.toBe(reason);
    expect(test.emulator.control.calls().total).toBe(0);
  });

  it('is rejected with its own reason also where the provider fails', async () => {
    await using test = await startTestClient();
    test.emulator.control.fail('profile', { kind: 'hang' });
    const gate = test.emulator.control.hold('profile');
    const caller = new AbortController();
    const call = test.fetchProfile({ ...(await test.requestOf('ada')), signal: caller.signal });
    await gate.arrived(1);
    gate.release();
    caller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });
});
