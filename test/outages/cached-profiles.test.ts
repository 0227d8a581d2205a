import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { Fault } from '../../src/emulator/fault.ts';
import type { MintOptions } from '../../src/emulator/mint.ts';
import { createClock } from '../support/clock.ts';
import { watchProfileWaits } from '../support/profile-waits.ts';
import { startTestServer } from '../support/test-server.ts';

const DOWN: Fault = { kind: 'status', status: 500 };

const GONE = { code: 'UNAUTHENTICATED', reason: 'USER_GONE' };
const EXPIRED = { code: 'UNAUTHENTICATED', reason: 'EXPIRED_TOKEN' };
const UNAVAILABLE = { code: 'UPSTREAM_UNAVAILABLE' };
const LIMITED = { code: 'UPSTREAM_RATE_LIMITED', retryAfter: 1 };
/** Under the server, `requestId` names the line of its log. */
const MASKED = expect.objectContaining({ code: 'INTERNAL_SERVER_ERROR' });

/** A server on a clock that stands still, and what it answers for a user's name and e-mail: both, or the error. */
async function startShowing(env: Record<string, string> = {}) {
  const clock = createClock();
  const test = await startTestServer({ env, clock });
  const { control, people } = test.emulator;
  const second = () => Math.floor(clock.wall() / 1000);
  const mint = (options: Omit<MintOptions, 'userId'> = {}, userId = people.ada.id) =>
    control.mintToken({ userId, ...options });
  return Object.assign(test, {
    clock,
    control,
    mint,
    waits: watchProfileWaits(test.services),
    calls: () => control.calls().profile,
    adaSince: (age: number) => mint({ issuedAt: second() - age }),
    /** Valid for us, by our tolerance, and expired for the provider. */
    adaExpired: () => mint({ issuedAt: second(), expiresIn: -2 }),
    async show(token: string) {
      const { status, body } = await test.ask('{ me { id name: displayName email } }', { token });
      expect(status).toBe(200);
      expect(body.data.me.id).toBe(decodeJwt(token).sub);
      const { name, email } = body.data.me;
      if (!body.errors) return { name, email };
      expect({ name, email, errors: body.errors.length }).toEqual({ name: null, email: null, errors: 2 });
      return body.errors[0]?.extensions;
    },
  });
}

const ADA = { name: 'Ada Lovelace', email: 'ada@example.test' };

describe('a deleted user', () => {
  it('is not shown any more once the provider has said so, whatever it answers later', async () => {
    await using test = await startShowing();
    const token = await test.mint();
    expect(await test.show(token)).toEqual(ADA);
    test.control.deleteUser(test.emulator.people.ada.id);
    test.clock.advance(30_000);
    expect(await test.show(token)).toEqual(GONE);
    for (const fault of [DOWN, { kind: 'reset' }, { kind: 'garbage' }] as const) {
      test.control.fail('profile', fault);
      expect(await test.show(token)).toEqual(UNAVAILABLE);
    }
    test.clock.advance(5_000); // The user's calls were paused.
    test.control.fail('profile', { kind: 'status', status: 429, headers: { 'retry-after': '0' } });
    expect(await test.show(token)).toEqual(LIMITED);
  });

  it('is not cached again by an older call that ends later', async () => {
    await using test = await startShowing();
    const token = await test.mint();
    expect(await test.show(token)).toEqual(ADA);
    test.clock.advance(30_000);
    const newer = await test.mint();
    const held = test.control.hold('all');
    const late = test.show(token);
    await held.arrived(1);
    test.clock.advance(1);
    test.control.deleteUser(test.emulator.people.ada.id);
    const gate = test.control.hold('profile');
    const gone = test.show(newer);
    await gate.arrived(1);
    gate.release();
    expect(await gone).toEqual(GONE);
    held.release();
    expect(await late).toEqual(ADA);
    test.control.fail('profile', DOWN);
    for (const each of [token, newer]) expect(await test.show(each)).toEqual(UNAVAILABLE);
  });
});

describe('requests with other tokens that wait for one call', () => {
  it('are not affected where the token of the call has expired', async () => {
    await using test = await startShowing();
    const expired = await test.adaExpired();
    const older = await Promise.all([60, 61, 62].map(test.adaSince));
    const gate = test.control.hold('profile');
    const first = test.show(expired);
    await gate.arrived(1);
    const others = Promise.all(older.map(test.show));
    await test.waits.begun(4);
    expect(test.calls()).toBe(1);
    gate.release();
    expect(await first).toEqual(EXPIRED);
    expect(await others).toEqual([ADA, ADA, ADA]);
    expect(test.calls()).toBe(4);
    expect(await test.show(await test.adaSince(59))).toEqual(ADA);
    expect(await test.show(expired)).toEqual(EXPIRED);
  });

  it('are not affected where the token of the call was refused', async () => {
    await using test = await startShowing();
    const [refused, older] = await Promise.all([test.mint(), test.adaSince(60)]);
    const gate = test.control.hold('profile');
    const headers = { 'x-stack-known-error': 'INVALID_PROJECT_FOR_ACCESS_TOKEN' };
    const heal = test.control.fail('profile', { kind: 'status', status: 401, headers });
    const first = test.show(refused);
    await gate.arrived(1);
    heal(); // Faults apply on arrival: the first call is refused, the next is not.
    const others = Promise.all([older, older].map(test.show));
    await test.waits.begun(3);
    gate.release();
    expect(await first).toEqual(MASKED);
    expect(await others).toEqual([ADA, ADA]);
    expect(test.calls()).toBe(2);
  });

  it.each<[string, Fault, object]>([
    ['fails', DOWN, UNAVAILABLE],
    ['is limited', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }, LIMITED],
  ])(
    'share the failure where the call %s, and the next request makes a call of its own',
    async (_what, fault, error) => {
      await using test = await startShowing();
      const [token, older] = await Promise.all([test.mint(), test.adaSince(60)]);
      const gate = test.control.hold('profile');
      const heal = test.control.fail('profile', fault);
      const first = test.show(token);
      await gate.arrived(1);
      const others = Promise.all([token, older, older].map(test.show));
      await test.waits.begun(4);
      gate.release();
      expect([await first, ...(await others)]).toEqual([error, error, error, error]);
      expect(test.calls()).toBe(1);
      heal();
      expect(await test.show(older)).toEqual(ADA);
      expect(test.calls()).toBe(2);
    },
  );
});

describe('a cached profile', () => {
  it('does not exist where the TTL is 0, not even as a stale one', async () => {
    await using test = await startShowing({ PROFILE_CACHE_TTL: '0' });
    const token = await test.mint();
    for (let calls = 1; calls <= 3; calls += 1) {
      expect(await test.show(token)).toEqual(ADA);
      expect(test.calls()).toBe(calls);
    }
    test.control.fail('profile', DOWN);
    expect(await test.show(token)).toEqual(UNAVAILABLE);
  });

  it('that was fetched with a newer token serves an older one', async () => {
    await using test = await startShowing();
    const older = await test.adaSince(60);
    expect(await test.show(await test.mint())).toEqual(ADA);
    expect(await test.show(older)).toEqual(ADA);
    expect(test.calls()).toBe(1);
  });

  it('is one of at most PROFILE_CACHE_MAX', async () => {
    await using test = await startShowing({ PROFILE_CACHE_MAX: '3' }); // One is for anonymous users.
    const { ada, grace, linus } = test.emulator.people;
    const tokens = await Promise.all([ada, grace, linus].map(({ id }) => test.mint({}, id)));
    for (const token of tokens) await test.show(token);
    for (const token of tokens.toReversed()) await test.show(token);
    expect(test.calls()).toBe(4); // Two are kept: Ada's was dropped first, and is asked for last.
  });
});

describe('a user who has just signed up or changed the name', () => {
  it.each([
    ['in the same second', 0],
    ['seconds after the profile was fetched', 5_000],
  ])('sees the present profile, %s', async (_when, later) => {
    await using test = await startShowing();
    const { guest } = test.emulator.people;
    const anonymous = await test.mint({}, guest.id);
    expect(await test.show(anonymous)).toEqual({ name: null, email: null });
    test.clock.advance(later);
    const member = await signUp(test.emulator, anonymous);
    expect(decodeJwt(member)).toMatchObject({ sub: guest.id, is_anonymous: false });
    expect(await test.show(member)).toEqual({ name: null, email: 'new@example.test' });
    expect(test.calls()).toBe(2);
    if (later === 0) return; // Two tokens of one second share no profile: the old one asks once more.
    expect(await test.show(anonymous)).toEqual({ name: null, email: 'new@example.test' });
    expect(test.calls()).toBe(2);
  });

  it('does not wait for the call of the anonymous user of before', async () => {
    await using test = await startShowing();
    const { guest } = test.emulator.people;
    const anonymous = await test.mint({}, guest.id);
    expect(await test.show(await test.mint())).toEqual(ADA);
    const held = test.control.hold('profile');
    const before = test.show(anonymous);
    await held.arrived(1);
    const member = await signUp(test.emulator, anonymous);
    const after = test.show(member);
    await held.arrived(2);
    held.release();
    expect(await before).toEqual({ name: null, email: null });
    expect(await after).toEqual({ name: null, email: 'new@example.test' });
  });

  it('sees the new name with a new token', async () => {
    await using test = await startShowing();
    expect(await test.show(await test.mint())).toEqual(ADA);
    test.control.updateUser(test.emulator.people.ada.id, { displayName: 'Countess of Lovelace' });
    expect(await test.show(await test.mint())).toEqual({ ...ADA, name: 'Countess of Lovelace' });
    expect(test.calls()).toBe(2);
  });
});

/** Signs an anonymous user up, as a frontend does: with the anonymous token, so that the user id stays the same. */
async function signUp({ url, projectId, publishableClientKey }: Emulator, token: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/auth/password/sign-up`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-stack-access-type': 'client',
      'x-stack-project-id': projectId,
      'x-stack-publishable-client-key': publishableClientKey,
      'x-stack-access-token': token,
      'x-stack-allow-anonymous-user': 'true',
    },
    body: JSON.stringify({ email: 'new@example.test', password: 'Correct-Horse-1' }),
  });
  const { access_token } = (await answer.json()) as { readonly access_token: string };
  return access_token;
}
