import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/emulator/fault.ts';
import { createProfileLoader } from '../../src/provider/profile-loader.ts';
import { startTestClient, type TestClient, type TestClientOptions } from '../support/test-client.ts';

/** A request of Ada's and its loader. */
async function startLoader(options?: TestClientOptions) {
  const test = await startTestClient(options);
  return Object.assign(test, await createLoader(test));
}

async function createLoader(test: TestClient) {
  const caller = await test.requestOf('ada');
  return { caller, loader: createProfileLoader(test.fetchProfile, caller) };
}

describe('a profile loader', () => {
  it('makes one call for many loads, at once and later', async () => {
    await using test = await startLoader();
    const { id } = test.emulator.people.ada;
    const profiles = await Promise.all(Array.from({ length: 50 }, () => test.loader.load(id)));
    profiles.push(await test.loader.load(id));
    expect(new Set(profiles).size).toBe(1);
    expect(profiles[0]).toMatchObject({ id, displayName: 'Ada Lovelace' });
    expect(test.emulator.control.calls()).toMatchObject({ profile: 1, total: 1 });
  });

  it('makes no call before a load', async () => {
    await using test = await startLoader();
    expect(test.emulator.control.calls().total).toBe(0);
  });

  it('shares nothing with the loader of another request', async () => {
    await using test = await startLoader();
    const { id } = test.emulator.people.ada;
    const other = await createLoader(test);
    await Promise.all([test.loader.load(id), other.loader.load(id)]);
    expect(test.emulator.control.calls().profile).toBe(2);
  });

  it('refuses the id of another user without a call', async () => {
    await using test = await startLoader();
    const { ada, grace } = test.emulator.people;
    for (const id of [grace.id, '', ada.id.toUpperCase(), `${ada.id} `]) {
      await expect(test.loader.load(id)).rejects.toMatchObject({
        name: 'AppError',
        code: 'INTERNAL_SERVER_ERROR',
      });
    }
    expect(test.emulator.control.calls().total).toBe(0);
  });

  it('refuses the id of another user beside the caller’s own, and loads that', async () => {
    await using test = await startLoader();
    const { ada, grace } = test.emulator.people;
    const [foreign, own] = await Promise.allSettled([test.loader.load(grace.id), test.loader.load(ada.id)]);
    expect(foreign).toMatchObject({ status: 'rejected', reason: { code: 'INTERNAL_SERVER_ERROR' } });
    expect(own).toMatchObject({ status: 'fulfilled', value: { id: ada.id } });
    expect(test.emulator.control.calls().total).toBe(1);
  });

  it('makes one call for several loads that fail', async () => {
    await using test = await startLoader();
    test.emulator.control.fail('profile', { kind: 'status', status: 500 });
    const { id } = test.caller;
    for (const load of [test.loader.load(id), test.loader.load(id)]) {
      await expect(load).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    }
    expect(test.emulator.control.calls().profile).toBe(1);
  });
});

describe('the error of a profile loader', () => {
  it.each<[string, Fault, object]>([
    ['an outage', { kind: 'status', status: 500 }, { code: 'UPSTREAM_UNAVAILABLE', reason: undefined }],
    ['an unreadable answer', { kind: 'garbage' }, { code: 'UPSTREAM_UNAVAILABLE' }],
    [
      'a limit with a time',
      { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
      { code: 'UPSTREAM_RATE_LIMITED', retryAfter: 7 },
    ],
    [
      'a limit without one',
      { kind: 'status', status: 429 },
      { code: 'UPSTREAM_RATE_LIMITED', retryAfter: undefined },
    ],
  ])('is that of %s', async (_what, fault, expected) => {
    await using test = await startLoader();
    test.emulator.control.fail('profile', fault);
    await expect(test.loader.load(test.caller.id)).rejects.toMatchObject({ name: 'AppError', ...expected });
  });

  it('keeps the cause of an outage for the log, and out of the message', async () => {
    await using test = await startLoader();
    test.emulator.control.fail('profile', { kind: 'reset' });
    await expect(test.loader.load(test.caller.id)).rejects.toMatchObject({
      message: 'The identity provider is unavailable',
      cause: expect.any(Error),
    });
  });

  it('is USER_GONE for a deleted user', async () => {
    await using test = await startLoader();
    test.emulator.control.deleteUser(test.caller.id);
    await expect(test.loader.load(test.caller.id)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      reason: 'USER_GONE',
      message: 'The user does not exist any more',
    });
  });

  it('is EXPIRED_TOKEN for a token that has expired since', async () => {
    await using test = await startTestClient();
    const { id } = test.emulator.people.ada;
    const token = await test.emulator.control.mintToken({ userId: id, expiresIn: -1 });
    const caller = { id, token, isAnonymous: false, isRestricted: false, issuedAt: undefined };
    await expect(createProfileLoader(test.fetchProfile, caller).load(id)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      reason: 'EXPIRED_TOKEN',
    });
  });

  it('is INVALID_TOKEN for a token whose key the provider has dropped', async () => {
    await using test = await startLoader();
    await test.emulator.control.rotateKeys();
    await expect(test.loader.load(test.caller.id)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      reason: 'INVALID_TOKEN',
    });
  });

  it('is a fault of ours where the provider refuses us, and names the known error', async () => {
    await using test = await startLoader({ secretServerKey: 'ssk_wrong' });
    await expect(test.loader.load(test.caller.id)).rejects.toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      message: expect.stringContaining('INVALID_SECRET_SERVER_KEY'),
    });
  });

  it('is the reason of a caller that has left', async () => {
    await using test = await startTestClient();
    const reason = new Error('The client has left');
    const caller = { ...(await test.requestOf('ada')), signal: AbortSignal.abort(reason) };
    await expect(createProfileLoader(test.fetchProfile, caller).load(caller.id)).rejects.toBe(reason);
    expect(test.emulator.control.calls().total).toBe(0);
  });
});
