import { describe, expect, it } from 'vitest';
import { createUpstream } from '../../src/core/http-client.ts';
import type { Fault } from '../../src/emulator/fault.ts';
import type { People } from '../../src/emulator/seed.ts';
import { createIdentityClient, type ProfileRequest } from '../../src/provider/client.ts';
import { startHttpServer } from '../support/http-server.ts';
import { startTestClient } from '../support/test-client.ts';

const PROJECT = 'c08ec152-3d9d-4560-bdd6-ee35577c15a4';
const REQUEST: ProfileRequest = {
  id: 'ada',
  token: 'aaaa.bbbb.cccc',
  isAnonymous: false,
  isRestricted: false,
  issuedAt: undefined,
};

/** What the provider gets to see of one call. */
async function sentBy(request: Partial<ProfileRequest>, publishableClientKey?: string) {
  await using server = await startHttpServer((_request, response) => response.end('{}'));
  const upstream = createUpstream({ url: server.url, connections: 1, timeout: 5_000 });
  const keys = { projectId: PROJECT, secretServerKey: 'ssk_secret', publishableClientKey };
  await createIdentityClient({ upstream, ...keys })({ ...REQUEST, ...request });
  await upstream.close();
  expect(server.received).toHaveLength(1);
  const [received] = server.received;
  if (!received) throw new Error('Nothing was sent');
  const stack = Object.entries(received.headers).filter(([name]) => name.startsWith('x-'));
  return { ...received, stack: Object.fromEntries(stack) };
}

describe('a call', () => {
  it('is a GET of the caller’s own user, as a server, with our keys and the caller’s token', async () => {
    const { method, path, stack, headers } = await sentBy({});
    expect({ method, path, stack }).toEqual({
      method: 'GET',
      path: '/api/v1/users/me',
      stack: {
        'x-stack-access-type': 'server',
        'x-stack-project-id': PROJECT,
        'x-stack-secret-server-key': 'ssk_secret',
        'x-stack-access-token': REQUEST.token,
      },
    });
    expect(headers.accept).toBe('application/json');
    expect(headers.authorization).toBeUndefined();
    expect(headers.cookie).toBeUndefined();
  });

  it('carries the publishable key where there is one', async () => {
    expect((await sentBy({}, 'pck_x')).stack).toMatchObject({ 'x-stack-publishable-client-key': 'pck_x' });
  });

  it.each<[string, Partial<ProfileRequest>, object]>([
    ['nobody for an ordinary user', {}, {}],
    ['restricted users for one', { isRestricted: true }, { 'x-stack-allow-restricted-user': 'true' }],
    [
      'anonymous users for one, who is restricted as well',
      { isAnonymous: true, isRestricted: true },
      { 'x-stack-allow-anonymous-user': 'true', 'x-stack-allow-restricted-user': 'true' },
    ],
  ])('allows %s', async (_what, request, expected) => {
    const { stack } = await sentBy(request);
    const allowed = Object.entries(stack).filter(([name]) => name.includes('-allow-'));
    expect(Object.fromEntries(allowed)).toEqual(expected);
  });
});

describe('a profile', () => {
  it.each<[keyof People]>([['ada'], ['grace'], ['linus'], ['radia'], ['mallory'], ['guest']])(
    'is had by %s, with one call',
    async (name) => {
      await using test = await startTestClient();
      const { id, email, displayName, hasPassword } = test.emulator.people[name];
      const outcome = await test.fetchProfile(await test.requestOf(name));
      expect(outcome).toMatchObject({
        kind: 'profile',
        profile: {
          id,
          email: email ?? undefined,
          displayName: displayName ?? undefined,
          hasPassword,
        },
      });
      expect(test.emulator.control.calls()).toMatchObject({ profile: 1, total: 1 });
    },
  );

  it('is fresh at every call: nothing is kept or shared here', async () => {
    await using test = await startTestClient();
    const request = await test.requestOf('ada');
    await test.fetchProfile(request);
    test.emulator.control.updateUser(request.id, { displayName: 'Countess of Lovelace' });
    expect(await test.fetchProfile(request)).toMatchObject({
      kind: 'profile',
      profile: { displayName: 'Countess of Lovelace' },
    });
    expect(test.emulator.control.calls().profile).toBe(2);
  });

  it('has nothing of what the provider tells to servers alone', async () => {
    await using test = await startTestClient();
    const { control, people } = test.emulator;
    control.updateUser(people.mallory.id, { serverMetadata: { note: 'SECRET' }, countryCode: 'SECRET' });
    const outcome = await test.fetchProfile(await test.requestOf('mallory'));
    expect(outcome.kind).toBe('profile');
    expect(JSON.stringify(outcome)).not.toMatch(/SECRET|rule 7|spam|risk|metadata/);
  });

  it('is still had with the token of a visitor who has signed up meanwhile', async () => {
    await using test = await startTestClient();
    const request = await test.requestOf('guest');
    const account = { kind: 'ordinary', email: 'guest@example.test', emailVerified: false } as const;
    test.emulator.control.updateUser(request.id, account);
    expect(await test.fetchProfile(request)).toMatchObject({
      kind: 'profile',
      profile: { id: request.id, email: 'guest@example.test' },
    });
  });

  it('is still had with the token of a user who was restricted meanwhile', async () => {
    await using test = await startTestClient();
    const request = await test.requestOf('linus');
    test.emulator.control.requireEmailVerification(true);
    expect((await test.fetchProfile(request)).kind).toBe('profile');
  });
});

describe('a user', () => {
  it('who was deleted is gone', async () => {
    await using test = await startTestClient();
    const request = await test.requestOf('ada');
    test.emulator.control.deleteUser(request.id);
    expect(await test.fetchProfile(request)).toEqual({ kind: 'gone' });
  });

  it('whose token has expired meanwhile is expired, whatever else is wrong', async () => {
    for (const options of [{}, { secretServerKey: 'ssk_wrong' }]) {
      await using test = await startTestClient(options);
      const { id } = test.emulator.people.ada;
      const token = await test.emulator.control.mintToken({ userId: id, expiresIn: -1 });
      expect(await test.fetchProfile({ ...REQUEST, id, token })).toEqual({ kind: 'expired' });
    }
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
    ['a token that it cannot read', 'ada', { forged: true }, 'UNPARSABLE_ACCESS_TOKEN'],
    ['an anonymous user who was not announced', 'guest', {}, 'ANONYMOUS_AUTHENTICATION_NOT_ALLOWED'],
    ['a restricted user who was not announced', 'radia', {}, 'RESTRICTED_USER_NOT_ALLOWED'],
  ] as const)('%s', async (_what, name, wish, knownError) => {
    await using test = await startTestClient();
    const { id } = test.emulator.people[name];
    const token = await test.emulator.control.mintToken({ userId: id, ...wish });
    expect(await test.fetchProfile({ ...REQUEST, id, token })).toEqual({ kind: 'refused', knownError });
  });
});

describe('trouble of the provider', () => {
  it.each<[string, Fault]>([
    ['a failure', { kind: 'status', status: 500, body: 'Something went wrong.' }],
    ['an outage', { kind: 'status', status: 503 }],
    ['a gateway', { kind: 'status', status: 502, body: '<html>Bad Gateway</html>' }],
    ['a page that is not there', { kind: 'status', status: 404, body: 'Not found' }],
    ['a redirect', { kind: 'status', status: 308, headers: { location: '/api/v1/users/me' } }],
    ['a login before it', { kind: 'status', status: 401, body: '<html>Sign in</html>' }],
    ['a captive portal', { kind: 'body', body: '<html>Sign in</html>', contentType: 'text/html' }],
    ['another shape', { kind: 'body', body: '{"user":{"id":"ada"}}' }],
    ['an empty body', { kind: 'body', body: '' }],
    ['five megabytes', { kind: 'body', body: `{"id":"${'x'.repeat(5_000_000)}"}` }],
    ['broken JSON', { kind: 'garbage' }],
    ['a cut connection', { kind: 'reset' }],
    ['no HTTP', { kind: 'notHttp' }],
    ['half a body', { kind: 'half' }],
  ])('is unavailability, and told by no throw: %s', async (_what, fault) => {
    await using test = await startTestClient();
    test.emulator.control.fail('profile', fault);
    const outcome = await test.fetchProfile(await test.requestOf('ada'));
    expect(outcome).toMatchObject({ kind: 'unavailable', cause: expect.any(Error) });
    expect(test.emulator.control.calls().total).toBe(1);
  });

  it.each<[string, Fault]>([
    ['silence', { kind: 'hang' }],
    ['an answer that comes too late', { kind: 'slow', ms: 60_000 }],
  ])('is unavailability when the time is over: %s', async (_what, fault) => {
    await using test = await startTestClient({ timeout: 100 });
    test.emulator.control.fail('profile', fault);
    expect(await test.fetchProfile(await test.requestOf('ada'))).toMatchObject({
      kind: 'unavailable',
      cause: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  });

  it('is unavailability where nobody listens', async () => {
    await using test = await startTestClient();
    const request = await test.requestOf('ada');
    await test.emulator.close();
    expect(await test.fetchProfile(request)).toMatchObject({ kind: 'unavailable' });
  });

  it('is unavailability where it answers with somebody else', async () => {
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
  ])('is a limit where it says 429, with Retry-After %s', async (value, retryAfter) => {
    await using test = await startTestClient();
    const headers = value === undefined ? {} : { 'retry-after': value };
    test.emulator.control.fail('profile', { kind: 'status', status: 429, headers });
    const outcome = await test.fetchProfile(await test.requestOf('ada'));
    expect(outcome).toEqual({ kind: 'limited', retryAfter });
  });

  it('is over when it is over', async () => {
    await using test = await startTestClient();
    const heal = test.emulator.control.fail('profile', { kind: 'reset' });
    const request = await test.requestOf('ada');
    expect((await test.fetchProfile(request)).kind).toBe('unavailable');
    heal();
    expect((await test.fetchProfile(request)).kind).toBe('profile');
  });
});

describe('a caller who leaves', () => {
  const reason = new Error('The client has left');

  it('is told his own reason, and the call is ended at the provider too', async () => {
    await using test = await startTestClient();
    const gate = test.emulator.control.hold('profile');
    const caller = new AbortController();
    const call = test.fetchProfile({ ...(await test.requestOf('ada')), signal: caller.signal });
    await gate.arrived(1);
    caller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await gate.left(1);
  });

  it('makes no call where he has left before', async () => {
    await using test = await startTestClient();
    const request = await test.requestOf('ada');
    const call = test.fetchProfile({ ...request, signal: AbortSignal.abort(reason) });
    await expect(call).rejects.toBe(reason);
    expect(test.emulator.control.calls().total).toBe(0);
  });

  it('is told his own reason also where the provider is in trouble', async () => {
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
