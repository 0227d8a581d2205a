import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/emulator/fault.ts';
import type { CallerRequest } from '../../../src/provider/send.ts';
import { startTestProfiles, type TestProfilesOptions } from '../../support/test-profiles.ts';

const DOWN: Fault = { kind: 'status', status: 500 };
const LIMITED: Fault = { kind: 'status', status: 429, headers: { 'retry-after': '0' } };
const REFUSED: Fault = {
  kind: 'status',
  status: 401,
  headers: { 'x-stack-known-error': 'INVALID_PROJECT_FOR_ACCESS_TOKEN' },
};
const LONG = 3_600_000;
/** A time limit that passes in a test. It is real, and shorter ones passed on a busy machine before a call had arrived. */
const SHORT = 700;
const MINUTE = 60;
/** For what happens a turn or two after the callers were answered. */
const QUICKLY = { interval: 1 };

const profileNamed = (displayName: string | undefined) => ({ kind: 'ok', value: { displayName } });
const ADA = profileNamed('Ada Lovelace');
const COUNTESS = profileNamed('Countess of Lovelace');
const UNAVAILABLE = { kind: 'unavailable' };

/** Profiles, and a request of Ada's. */
async function startWithAda(options?: TestProfilesOptions) {
  const test = await startTestProfiles(options);
  const { control, people } = test.emulator;
  const ada = await test.requestOf(people.ada.id);
  const second = () => Math.floor(test.clock.wall() / 1000);
  return Object.assign(test, {
    control,
    ada,
    calls: () => control.calls().profile,
    /** A request with another token of Ada's, issued so many seconds ago. */
    adaSince: (age: number) => test.requestOf(ada.id, { issuedAt: second() - age }),
    /** A request with a token that is valid for us, by our tolerance, and expired for the provider. */
    adaExpired: () => test.requestOf(ada.id, { issuedAt: second(), expiresIn: -1 }),
    /** A request of each of so many new users. */
    newcomers: (count: number) =>
      Promise.all(Array.from({ length: count }, () => test.requestOf(control.createUser().id))),
    /** Gets an answer while earlier ones are held by a gate on `all`. */
    async overtake(request: CallerRequest) {
      const gate = control.hold('profile');
      const outcome = test.fetchProfile(request);
      await gate.arrived(1);
      gate.release();
      return outcome;
    },
    /** Opens the breaker by failures of others. */
    async openBreaker() {
      const heal = control.fail('profile', DOWN);
      for (const request of await this.newcomers(5)) await test.fetchProfile(request);
      heal();
      expect(test.breaker.state).toBe('open');
    },
  });
}

/** A caller that can leave. */
function leaving(request: CallerRequest) {
  const controller = new AbortController();
  const reason = new Error('The client has left');
  return {
    request: { ...request, signal: controller.signal },
    reason,
    leave: () => controller.abort(reason),
  };
}

describe('a profile', () => {
  it('is fetched once while the cached one is fresh, and again after', async () => {
    await using test = await startWithAda();
    for (let time = 0; time < 3; time += 1) expect(await test.fetchProfile(test.ada)).toMatchObject(ADA);
    test.clock.advance(29_999);
    expect(await test.fetchProfile(test.ada)).toMatchObject(ADA);
    expect(test.calls()).toBe(1);
    test.clock.advance(1);
    expect(await test.fetchProfile(test.ada)).toMatchObject(ADA);
    expect(test.calls()).toBe(2);
  });

  it('is fetched each time where the TTL is 0, and still once for those who wait together', async () => {
    await using test = await startWithAda({ ttl: 0 });
    for (let round = 1; round <= 3; round += 1) {
      const gate = test.control.hold('profile');
      const outcomes = Promise.all(Array.from({ length: 10 }, () => test.fetchProfile(test.ada)));
      await gate.arrived(1);
      gate.release();
      for (const outcome of await outcomes) expect(outcome).toMatchObject(ADA);
      expect(test.calls()).toBe(round);
    }
  });

  it('is fetched for each user with the user’s own token', async () => {
    await using test = await startWithAda();
    const gate = test.control.hold('profile');
    const requests = await test.newcomers(8);
    const outcomes = Promise.all(requests.map(test.fetchProfile));
    await gate.arrived(8);
    gate.release();
    expect(await outcomes).toMatchObject(requests.map(({ id }) => ({ kind: 'ok', value: { id } })));
  });

  it('is fetched once for a token and for older ones', async () => {
    await using test = await startWithAda();
    const older = await test.adaSince(MINUTE);
    const gate = test.control.hold('profile');
    const outcomes = Promise.all([test.ada, older].map(test.fetchProfile));
    await gate.arrived(1);
    gate.release();
    expect(await outcomes).toMatchObject([ADA, ADA]);
    expect(await test.fetchProfile(older)).toMatchObject(ADA);
    expect(test.calls()).toBe(1);
  });

  it.each([0, 1_000])(
    'is fetched by a call of its own for a token issued %i ms after the running call began',
    async (newer) => {
      await using test = await startWithAda();
      const gate = test.control.hold('all');
      const first = test.fetchProfile(test.ada);
      await gate.arrived(1); // What the provider says to the first is settled here.
      test.control.updateUser(test.ada.id, { displayName: 'Countess of Lovelace' });
      test.clock.advance(newer);
      const renewed = await test.adaSince(0);
      expect(await test.overtake(renewed)).toMatchObject(COUNTESS);
      gate.release();
      expect(await first).toMatchObject(ADA);
      expect(await test.fetchProfile(renewed)).toMatchObject(COUNTESS);
    },
  );
});

describe('a failure', () => {
  it.each<[string, Fault, string]>([
    ['an outage', DOWN, 'unavailable'],
    ['a limit', LIMITED, 'limited'],
  ])('that is %s is shared by all who wait, and not cached', async (_what, fault, kind) => {
    await using test = await startWithAda();
    const gate = test.control.hold('profile');
    const heal = test.control.fail('profile', fault);
    const outcomes = Promise.all(Array.from({ length: 10 }, () => test.fetchProfile(test.ada)));
    await gate.arrived(1);
    gate.release();
    expect(new Set((await outcomes).map((outcome) => outcome.kind))).toEqual(new Set([kind]));
    expect(test.calls()).toBe(1);
    heal();
    expect(await test.fetchProfile(test.ada)).toMatchObject(ADA);
    expect(test.calls()).toBe(2);
  });
});

describe('an outcome that depends on the token', () => {
  it('is not shared with requests that have another token: each makes its own call', async () => {
    await using test = await startWithAda();
    const expired = await test.adaExpired();
    const older = await Promise.all([60, 61, 62].map(test.adaSince));
    const gate = test.control.hold('profile');
    const outcomes = Promise.all([expired, ...older, expired].map(test.fetchProfile));
    await gate.arrived(1);
    expect(test.calls()).toBe(1);
    gate.release();
    expect(await outcomes).toMatchObject([{ kind: 'expired' }, ADA, ADA, ADA, { kind: 'expired' }]);
    expect(test.calls()).toBe(4);
  });

  it('leads to one more call where all others have the same token', async () => {
    await using test = await startWithAda();
    const [expired, older] = await Promise.all([test.adaExpired(), test.adaSince(MINUTE)]);
    const gate = test.control.hold('profile');
    const outcomes = Promise.all([expired, older, older, older].map(test.fetchProfile));
    await gate.arrived(1);
    gate.release();
    expect(await outcomes).toMatchObject([{ kind: 'expired' }, ADA, ADA, ADA]);
    expect(test.calls()).toBe(2);
  });

  it('may be a refusal, which is not shared either', async () => {
    await using test = await startWithAda();
    const older = await test.adaSince(MINUTE);
    const gate = test.control.hold('profile');
    const heal = test.control.fail('profile', REFUSED);
    const outcomes = Promise.all([test.ada, older].map(test.fetchProfile));
    await gate.arrived(1);
    heal(); // Faults apply on arrival: this call fails, the next does not.
    gate.release();
    expect(await outcomes).toMatchObject([
      { kind: 'refused', knownError: 'INVALID_PROJECT_FOR_ACCESS_TOKEN' },
      ADA,
    ]);
    expect(test.calls()).toBe(2);
  });

  it.each([
    ['is not cached', 0],
    ['is never replaced by a stale profile', 30_000],
  ])('%s', async (_what, age) => {
    await using test = await startWithAda();
    expect(await test.fetchProfile(test.ada)).toMatchObject(ADA);
    test.clock.advance(age);
    const expired = await test.adaExpired();
    for (let calls = 2; calls < 5; calls += 1) {
      expect(await test.fetchProfile(expired)).toEqual({ kind: 'expired', reason: 'EXPIRED_TOKEN' });
      expect(test.calls()).toBe(calls);
    }
  });
});

describe('a deleted user', () => {
  it('is reported to all who wait', async () => {
    await using test = await startWithAda();
    test.control.deleteUser(test.ada.id);
    const gate = test.control.hold('profile');
    const outcomes = Promise.all([test.ada, test.ada].map(test.fetchProfile));
    await gate.arrived(1);
    gate.release();
    expect(await outcomes).toEqual([{ kind: 'gone' }, { kind: 'gone' }]);
    expect(test.calls()).toBe(1);
  });

  it('is never shown again, though the provider fails later', async () => {
    await using test = await startWithAda();
    expect(await test.fetchProfile(test.ada)).toMatchObject(ADA);
    test.control.deleteUser(test.ada.id);
    test.clock.advance(30_000);
    expect(await test.fetchProfile(test.ada)).toEqual({ kind: 'gone' });
    test.control.fail('profile', DOWN);
    expect(await test.fetchProfile(test.ada)).toMatchObject(UNAVAILABLE);
  });

  it.each([0, 1])(
    'is not cached again by a call that began %i ms earlier and ends later',
    async (earlier) => {
      await using test = await startWithAda();
      const [ada, newer] = [test.ada, await test.adaSince(0)];
      const gate = test.control.hold('all');
      const early = test.fetchProfile(ada);
      await gate.arrived(1);
      test.clock.advance(earlier);
      test.control.deleteUser(ada.id);
      expect(await test.overtake(newer)).toEqual({ kind: 'gone' });
      gate.release();
      expect(await early).toMatchObject(ADA);
      expect(await test.fetchProfile(ada)).toEqual({ kind: 'gone' });
      test.control.fail('profile', DOWN);
      for (const request of [ada, newer]) expect(await test.fetchProfile(request)).toMatchObject(UNAVAILABLE);
    },
  );
});

describe('a stale profile', () => {
  const startStale = async (options?: TestProfilesOptions) => {
    const test = await startWithAda(options);
    expect(await test.fetchProfile(test.ada)).toMatchObject(ADA);
    test.clock.advance(30_000);
    test.control.resetCalls();
    return test;
  };

  it.each([
    ['an outage', DOWN, undefined],
    ['a limit', LIMITED, undefined],
    ['no answer in time', { kind: 'hang' }, SHORT],
  ] as const)('is served after %s, up to its maximum age', async (_what, fault, timeout) => {
    await using test = await startStale({ ...(timeout && { timeout }), staleMax: 60_000 });
    test.control.fail('profile', fault);
    test.clock.advance(30_000);
    expect(await test.fetchProfile(test.ada)).toMatchObject(ADA);
    expect(test.calls()).toBe(1);
    test.clock.advance(1);
    expect((await test.fetchProfile(test.ada)).kind).toBe(fault === LIMITED ? 'limited' : 'unavailable');
  });

  it('is served while the breaker is open, without a call', async () => {
    await using test = await startStale({ breaker: { pause: LONG } });
    await test.openBreaker();
    test.control.resetCalls();
    expect(await test.fetchProfile(test.ada)).toMatchObject(ADA);
    expect(test.calls()).toBe(0);
  });

  it('is served at once where all slots and the queue are taken', async () => {
    await using test = await startStale({ active: 1, queued: 1 });
    const gate = test.control.hold('profile');
    const others = Promise.all((await test.newcomers(2)).map(test.fetchProfile));
    await gate.arrived(1);
    expect(test.limit).toMatchObject({ active: 1, queued: 1 });
    expect(await test.fetchProfile(test.ada)).toMatchObject(ADA);
    gate.release();
    await others;
    expect(test.calls()).toBe(2);
  });

  it('is not served to a caller that leaves', async () => {
    await using test = await startStale();
    const gate = test.control.hold('profile');
    const { request, reason, leave } = leaving(test.ada);
    const outcome = test.fetchProfile(request);
    await gate.arrived(1);
    leave();
    await expect(outcome).rejects.toBe(reason);
  });
});

describe('the time limit', () => {
  it('includes the wait in the queue, and frees the slot', async () => {
    await using test = await startWithAda({ active: 1, queued: 1, timeout: SHORT });
    test.control.fail('profile', { kind: 'hang' });
    const [first, second] = await test.newcomers(2);
    if (!first || !second) throw new Error('Two requests are needed');
    const outcomes = await Promise.all([first, second].map(test.fetchProfile));
    expect(outcomes).toMatchObject([UNAVAILABLE, UNAVAILABLE]);
    await expect.poll(() => test.limit.active + test.limit.queued, QUICKLY).toBe(0);
  });

  it('includes the second attempt', async () => {
    await using test = await startWithAda({ timeout: SHORT, retryPause: LONG });
    test.control.fail('profile', { kind: 'reset' });
    expect(await test.fetchProfile(test.ada)).toMatchObject(UNAVAILABLE);
    expect(test.calls()).toBe(1);
    await expect.poll(() => test.limit.active, QUICKLY).toBe(0);
  });

  it('counts as a failure of the provider', async () => {
    await using test = await startWithAda({ timeout: SHORT, breaker: { pause: LONG } });
    test.control.fail('profile', { kind: 'hang' });
    const outcomes = await Promise.all((await test.newcomers(5)).map(test.fetchProfile));
    expect(outcomes).toMatchObject(Array(5).fill(UNAVAILABLE));
    await expect.poll(() => test.breaker.state, QUICKLY).toBe('open');
    expect(await test.fetchProfile(test.ada)).toMatchObject({
      cause: { message: 'The circuit breaker is open' },
    });
    expect(test.calls()).toBe(5);
  });
});

describe('callers that leave', () => {
  it('end the call when the last of them has left, and free its slot', async () => {
    await using test = await startWithAda();
    const gate = test.control.hold('profile');
    const callers = Array.from({ length: 10 }, () => leaving(test.ada));
    const outcomes = Promise.allSettled(callers.map(({ request }) => test.fetchProfile(request)));
    await gate.arrived(1);
    for (const { leave } of callers) leave();
    await gate.left(1);
    expect(await outcomes).toEqual(callers.map(({ reason }) => ({ status: 'rejected', reason })));
    expect(test.limit).toMatchObject({ active: 0, queued: 0 });
    expect(test.calls()).toBe(1);
  });

  it('do not affect the next request', async () => {
    await using test = await startWithAda();
    const gate = test.control.hold('profile');
    const { request, reason, leave } = leaving(test.ada);
    const abandoned = test.fetchProfile(request);
    await gate.arrived(1);
    leave();
    const next = test.fetchProfile(test.ada);
    await expect(abandoned).rejects.toBe(reason);
    await gate.arrived(2);
    gate.release();
    expect(await next).toMatchObject(ADA);
  });

  it('do not count as failures, however many', async () => {
    await using test = await startWithAda({ breaker: { pause: LONG } });
    const gate = test.control.hold('profile');
    for (let time = 1; time <= 50; time += 1) {
      const { request, reason, leave } = leaving(test.ada);
      const outcome = test.fetchProfile(request);
      await gate.arrived(time);
      leave();
      await expect(outcome).rejects.toBe(reason);
    }
    await gate.left(50);
    expect(test.breaker.state).toBe('closed');
    expect(test.limit).toMatchObject({ active: 0, queued: 0 });
  });

  it('leave nothing behind where they had left before', async () => {
    await using test = await startWithAda();
    const { request, reason, leave } = leaving(test.ada);
    leave();
    await expect(test.fetchProfile(request)).rejects.toBe(reason);
    expect(await test.fetchProfile(test.ada)).toMatchObject(ADA);
    expect(test.calls()).toBe(1);
    expect(test.limit.active).toBe(0);
  });
});

describe('the trial of an open breaker', () => {
  it.each<[string, Fault | undefined, string]>([
    ['closes it', undefined, 'closed'],
    ['leaves it open', DOWN, 'open'],
  ])('%s although its caller has left', async (_what, fault, state) => {
    await using test = await startWithAda({ breaker: { pause: 0 } });
    await test.openBreaker();
    const gate = test.control.hold('profile');
    if (fault) test.control.fail('profile', fault);
    const { request, reason, leave } = leaving(test.ada);
    const outcome = test.fetchProfile(request);
    await gate.arrived(1);
    leave();
    await expect(outcome).rejects.toBe(reason);
    expect(test.breaker.state).toBe('half-open');
    expect(gate.waiting).toBe(1);
    gate.release();
    await expect.poll(() => test.breaker.state, QUICKLY).toBe(state);
    expect(test.limit.active).toBe(0);
  });

  it.each([1, 8])('keeps no other call waiting, with %i active calls', async (active) => {
    await using test = await startWithAda({ active, queued: 8, breaker: { pause: 0 } });
    await test.openBreaker();
    const gate = test.control.hold('profile');
    const trial = test.fetchProfile(test.ada);
    await gate.arrived(1);
    const others = await Promise.all((await test.newcomers(8)).map(test.fetchProfile));
    expect(others).toMatchObject(Array(8).fill({ cause: { message: 'The circuit breaker is open' } }));
    expect(gate.waiting).toBe(1);
    gate.release();
    expect(await trial).toMatchObject(ADA);
    expect(test.breaker.state).toBe('closed');
  });
});

describe('the concurrency limit', () => {
  it('bounds the active calls: as many wait, and the rest is answered at once', async () => {
    await using test = await startWithAda({ active: 4, queued: 4 });
    const gate = test.control.hold('profile');
    const requests = await test.newcomers(12);
    const outcomes = requests.map(test.fetchProfile);
    expect(await Promise.all(outcomes.slice(8))).toMatchObject(Array(4).fill(UNAVAILABLE));
    await gate.arrived(4);
    expect(gate.waiting).toBe(4);
    expect(test.calls()).toBe(4);
    gate.release();
    expect(await Promise.all(outcomes.slice(0, 8))).toMatchObject(
      requests.slice(0, 8).map(({ id }) => ({ kind: 'ok', value: { id } })),
    );
    expect(test.calls()).toBe(8);
    expect(test.limit).toMatchObject({ active: 0, queued: 0 });
    expect(test.breaker.state).toBe('closed');
  });
});
