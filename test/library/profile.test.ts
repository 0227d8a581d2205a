import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openAuth } from '../../src/library/auth/open-auth.ts';
import { principalOf, startTestAuth } from '../support/test-auth.ts';
import { startTestServer } from '../support/test-server.ts';

describe('a profile', () => {
  it('has all that the provider tells, and null for what it does not', async () => {
    await using test = await startTestAuth();
    const { ada, guest } = test.emulator.people;
    expect(await test.auth.profile(await principalOf(test))).toEqual({
      id: ada.id,
      displayName: 'Ada Lovelace',
      email: 'ada@example.test',
      emailVerified: true,
      profileImageUrl: expect.toSatisfy((url) => url === null || typeof url === 'string'),
      signedUpAt: expect.any(Date),
      lastActiveAt: expect.any(Date),
      hasPassword: expect.any(Boolean),
      isAnonymous: false,
      oauthProviders: expect.any(Array),
    });
    expect(await test.auth.profile(await principalOf(test, 'guest'))).toMatchObject({
      id: guest.id,
      displayName: null,
      email: null,
      isAnonymous: true,
    });
  });

  it('that a caller changes is not changed for others', async () => {
    await using test = await startTestAuth();
    const principal = await principalOf(test);
    const first = await test.auth.profile(principal);
    const { signedUpAt } = first;
    const time = signedUpAt.getTime();
    signedUpAt.setFullYear(1815);
    Object.assign(first, { displayName: 'Mallory' });
    const second = await test.auth.profile(principal);
    expect([second.signedUpAt.getTime(), second.displayName]).toEqual([time, 'Ada Lovelace']);
    expect(test.emulator.control.calls().profile).toBe(1);
  });

  it('is refused without a secret key, and the log says why', async () => {
    await using test = await startTestAuth({ secretServerKey: undefined });
    const error = await test.auth.profile(await principalOf(test)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION', status: 500 });
    expect(test.logged).toContainEqual([
      'error',
      { err: error },
      expect.stringContaining('secret server key'),
    ]);
    expect(test.emulator.control.calls().profile).toBe(0);
  });

  it('that is unavailable has the status of a gateway', async () => {
    await using test = await startTestAuth();
    const principal = await principalOf(test);
    test.emulator.control.fail('profile', { kind: 'status', status: 500 });
    await expect(test.auth.profile(principal)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      status: 502,
      headers: {},
    });
  });

  it('that nothing awaits ends no process', async () => {
    await using test = await startTestAuth();
    const principal = await principalOf(test);
    test.emulator.control.fail('profile', { kind: 'status', status: 500 });
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    void test.auth.profile(principal);
    await test.auth.profile(principal).catch(() => {});
    await new Promise(setImmediate);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('is waited for until its signal aborts, while others go on waiting', async () => {
    await using test = await startTestAuth();
    const principal = await principalOf(test);
    const gate = test.emulator.control.hold('profile');
    const [leaving, staying] = [new AbortController(), new AbortController()];
    const left = test.auth.profile(principal, { signal: leaving.signal });
    const stayed = test.auth.profile(principal, { signal: staying.signal });
    await gate.arrived(1);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    gate.release();
    expect((await stayed).displayName).toBe('Ada Lovelace');
    const before = { signal: AbortSignal.abort(new Error('before')) };
    await expect(test.auth.profile(await principalOf(test, 'grace'), before)).rejects.toThrow('before');
    expect(test.emulator.control.calls().profile).toBe(1);
  });

  it('leaves no listener on a signal that lives longer', async () => {
    await using test = await startTestAuth();
    const principal = await principalOf(test);
    const { signal } = new AbortController();
    for (let time = 0; time < 3; time += 1) await test.auth.profile(principal, { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('counts calls for anonymous users against their address, where that is known', async () => {
    await using test = await startTestServer({
      env: { PROFILE_CACHE_TTL: '0', RATE_LIMIT_ANONYMOUS_CALLS: '3' },
    });
    const { control, people } = test.emulator;
    const auth = openAuth(test.services, test.services.logger);
    const headers = { 'x-stack-access-token': await control.mintToken({ userId: people.guest.id }) };
    const ask = async (address: string | undefined) => {
      const principal = await auth.authenticate(headers, { address });
      return principal && auth.profile(principal);
    };
    for (let call = 0; call < 3; call += 1) await ask('203.0.113.7');
    await expect(ask('203.0.113.7')).rejects.toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    await ask('203.0.113.8');
    await ask(undefined);
  });
});
