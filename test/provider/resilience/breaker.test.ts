import { describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../../src/core/events.ts';
import type { Failure, Outcome } from '../../../src/provider/outcomes.ts';
import {
  type Breaker,
  type BreakerOptions,
  createBreaker,
} from '../../../src/provider/resilience/breaker.ts';
import type { CallUser } from '../../../src/provider/resilience/failure-count.ts';
import { createClock } from '../../support/clock.ts';

const HOUR = 3_600_000;

const failing = (trouble: NonNullable<Extract<Failure, { kind: 'unavailable' }>['trouble']>): Failure => ({
  kind: 'unavailable',
  cause: new Error('down'),
  trouble,
});
const DOWN = failing('answer');
const UNREADABLE = failing('unreadable');
/** Outcomes that show a provider which works. */
const ANSWERED: readonly Outcome<string>[] = [
  { kind: 'ok', value: 'Ada' },
  { kind: 'gone' },
  { kind: 'forbidden', reason: 'TEAM_PERMISSION_REQUIRED' },
  { kind: 'rejected', code: 'NOT_FOUND' },
  { kind: 'expired', reason: 'EXPIRED_TOKEN' },
  { kind: 'refused', knownError: 'INVALID_SECRET_SERVER_KEY' },
  UNREADABLE,
];
const GONE: Outcome<string> = { kind: 'gone' };
const OPEN = {
  kind: 'unavailable',
  cause: expect.objectContaining({ message: 'The circuit breaker is open' }),
};
const limited = (retryAfter?: number): Outcome<string> => ({ kind: 'limited', retryAfter });

/** A breaker on a clock that stands still. */
function createTestBreaker(options: BreakerOptions = {}) {
  const clock = createClock();
  const events: ServerEvent[] = [];
  const breaker = createBreaker({ clock, emit: (event) => void events.push(event), ...options });
  return { clock, breaker, events };
}

const userOf = (id: string) => ({ id, isAnonymous: false });
const anonymous = (id: string) => ({ id, isAnonymous: true });

let users = 0;
/** A user who has made no call before. */
function newcomer() {
  users += 1;
  return userOf(`user ${users}`);
}

/** Makes a call with this outcome, by a newcomer unless a user is given. Returns the answer, and whether the call was made at all and as a trial. */
async function run(breaker: Breaker, outcome: Outcome<string> = GONE, user: CallUser = newcomer()) {
  let called: 'no' | 'called' | 'trial' = 'no';
  const answer = await breaker.run(async (trial) => {
    called = trial ? 'trial' : 'called';
    return outcome;
  }, user);
  return { called, answer };
}

/** A running call, which ends when the test says so. */
function start(breaker: Breaker, user: CallUser = newcomer()) {
  let end = (_outcome: Outcome<string>): void => {};
  let fail = (_reason: unknown): void => {};
  let trial: boolean | undefined;
  const answer = breaker.run<string>((isTrial) => {
    trial = isTrial;
    return new Promise((resolve, reject) => {
      end = resolve;
      fail = reject;
    });
  }, user);
  return { answer, trial, end, fail };
}

/** Makes so many calls, each by a newcomer unless a user is given. */
async function runMany(breaker: Breaker, count: number, outcome: Outcome<string>, user?: CallUser) {
  for (let index = 0; index < count; index += 1)
    expect((await run(breaker, outcome, user ?? newcomer())).called).not.toBe('no');
}

/** A breaker that has opened after five failures. */
async function startFailed(options?: BreakerOptions) {
  const test = createTestBreaker({ pause: 3_000, ...options });
  await runMany(test.breaker, 5, DOWN);
  expect(test.breaker.state).toBe('open');
  return test;
}

describe('a closed breaker', () => {
  it('makes every call and returns its outcome', async () => {
    const { breaker } = createTestBreaker();
    for (const outcome of [...ANSWERED, DOWN])
      expect(await run(breaker, outcome)).toEqual({ called: 'called', answer: outcome });
    expect(breaker.state).toBe('closed');
  });

  it('opens after the fifth failure in a row', async () => {
    const { breaker } = createTestBreaker();
    await runMany(breaker, 4, DOWN);
    expect(breaker.state).toBe('closed');
    await runMany(breaker, 1, DOWN);
    expect(breaker.state).toBe('open');
    expect(await run(breaker)).toEqual({ called: 'no', answer: OPEN });
  });

  it('opens on failures of calls that ran together', async () => {
    const { breaker } = createTestBreaker();
    const calls = Array.from({ length: 10 }, () => start(breaker));
    for (const { end } of calls) end(DOWN);
    await Promise.all(calls.map(({ answer }) => answer));
    expect(breaker.state).toBe('open');
  });

  it.each(ANSWERED)('starts to count again after %o', async (answered) => {
    const { breaker } = createTestBreaker();
    for (let round = 0; round < 5; round += 1) {
      await runMany(breaker, 4, DOWN);
      await runMany(breaker, 1, answered);
    }
    expect(breaker.state).toBe('closed');
  });

  it.each(ANSWERED)('never opens for %o', async (outcome) => {
    const { breaker } = createTestBreaker();
    await runMany(breaker, 100, outcome);
    expect(breaker.state).toBe('closed');
  });

  it('never opens for cancelled calls, and counts failures across them', async () => {
    const { breaker } = createTestBreaker();
    const reason = new Error('The client has left');
    const cancel = async () => {
      const call = start(breaker);
      call.fail(reason);
      await expect(call.answer).rejects.toBe(reason);
    };
    for (let index = 0; index < 100; index += 1) await cancel();
    expect(breaker.state).toBe('closed');
    await runMany(breaker, 4, DOWN);
    await cancel();
    await runMany(breaker, 1, DOWN);
    expect(breaker.state).toBe('open');
  });
});

describe('failures that open the breaker', () => {
  it('are those of five users: one user who gets failed answers opens nothing', async () => {
    const { breaker, clock } = createTestBreaker();
    const ada = userOf('ada');
    for (let index = 0; index < 50; index += 1) {
      await runMany(breaker, 1, failing(index % 2 === 0 ? 'answer' : 'broken'), ada);
      clock.advance(5_000);
    }
    await runMany(breaker, 3, DOWN);
    expect(breaker.state).toBe('closed');
    await runMany(breaker, 1, DOWN);
    expect(breaker.state).toBe('open');
  });

  it('are those of anonymous users together as of one', async () => {
    const { breaker } = createTestBreaker();
    for (let index = 0; index < 100; index += 1) await runMany(breaker, 1, DOWN, anonymous(`${index}`));
    await runMany(breaker, 3, DOWN);
    expect(breaker.state).toBe('closed');
    await runMany(breaker, 1, DOWN);
    expect(breaker.state).toBe('open');
  });

  it('are those without a user together as of one', async () => {
    const { breaker } = createTestBreaker();
    for (let index = 0; index < 100; index += 1) await breaker.run(async () => DOWN);
    expect(breaker.state).toBe('closed');
  });

  it.each([userOf('ada'), anonymous('visitor'), undefined])(
    'are five connections that could not be made, all by %o',
    async (user) => {
      const { breaker } = createTestBreaker();
      for (let index = 0; index < 4; index += 1) await breaker.run(async () => failing('connection'), user);
      expect(breaker.state).toBe('closed');
      await breaker.run(async () => failing('connection'), user);
      expect(breaker.state).toBe('open');
    },
  );

  it('are five calls without an answer, one after the other, all by one user', async () => {
    const { breaker, clock } = createTestBreaker({ userFailures: 100 });
    for (const state of ['closed', 'closed', 'closed', 'closed', 'open']) {
      await breaker.run(async () => {
        clock.advance(10_000);
        return failing('timeout');
      }, userOf('ada'));
      expect(breaker.state).toBe(state);
    }
  });

  it('are calls of one user that ran together without an answer counted once, of several users each', async () => {
    const { breaker, clock } = createTestBreaker();
    const hang = async (calls: ReturnType<typeof start>[]) => {
      clock.advance(10_000);
      for (const { end } of calls) end(failing('timeout'));
      await Promise.all(calls.map(({ answer }) => answer));
    };
    await hang(Array.from({ length: 16 }, () => start(breaker, userOf('ada'))));
    expect(breaker.state).toBe('closed');
    await hang(Array.from({ length: 4 }, (_, index) => start(breaker, anonymous(`${index}`))));
    expect(breaker.state).toBe('open');
  });

  it('are forgotten with the first good answer to anybody', async () => {
    const { breaker } = createTestBreaker();
    for (let round = 0; round < 20; round += 1) {
      await runMany(breaker, 4, failing('connection'));
      await runMany(breaker, 1, GONE);
    }
    expect(breaker.state).toBe('closed');
  });
});

/** A 500 that may be the answer to what was asked. */
const AMBIGUOUS = failing('ambiguous');

describe('a 500 that may be no failure', () => {
  it('neither opens the breaker, nor forgets the failures before it', async () => {
    const { breaker } = createTestBreaker();
    await runMany(breaker, 4, DOWN);
    await runMany(breaker, 10, AMBIGUOUS);
    expect(breaker.state).toBe('closed');
    await runMany(breaker, 1, DOWN);
    expect(breaker.state).toBe('open');
  });

  it('does not pause its user', async () => {
    const { breaker } = createTestBreaker();
    await runMany(breaker, 10, AMBIGUOUS, newcomer());
    expect(breaker.state).toBe('closed');
  });

  it('does not show as a trial that the provider is back', async () => {
    const { breaker, clock } = await startFailed();
    clock.advance(3_000);
    expect((await run(breaker, AMBIGUOUS)).called).toBe('trial');
    expect(breaker.state).toBe('open');
  });
});

describe('a user whose calls fail', () => {
  it.each(['answer', 'broken', 'malformed', 'timeout', 'unreadable'] as const)(
    'is paused alone after three failures in a row: %s',
    async (trouble) => {
      const { breaker, clock, events } = createTestBreaker();
      const ada = userOf('ada');
      await runMany(breaker, 2, failing(trouble), ada);
      expect(breaker.refusal(ada)).toBeUndefined();
      await runMany(breaker, 1, failing(trouble), ada);
      expect(await run(breaker, GONE, ada)).toMatchObject({ called: 'no', answer: { kind: 'unavailable' } });
      expect(await run(breaker)).toMatchObject({ called: 'called' });
      clock.advance(4_999);
      expect(await run(breaker, GONE, ada)).toMatchObject({ called: 'no' });
      clock.advance(1);
      expect(await run(breaker, failing(trouble), ada)).toMatchObject({ called: 'called' });
      expect(await run(breaker, GONE, ada)).toMatchObject({ called: 'no' });
      expect(events).toEqual(Array(2).fill({ kind: 'user-paused', because: 'failing' }));
    },
  );

  it('is not paused where a good answer came between, nor for connections that could not be made', async () => {
    const { breaker } = createTestBreaker({ failures: 1_000 });
    const ada = userOf('ada');
    for (let round = 0; round < 10; round += 1) {
      await runMany(breaker, 2, DOWN, ada);
      await runMany(breaker, 1, GONE, ada);
    }
    await runMany(breaker, 100, failing('connection'), ada);
  });

  it.each([-HOUR, HOUR])('is paused as long though the wall clock steps by %i ms', async (step) => {
    const { breaker, clock } = createTestBreaker();
    const ada = userOf('ada');
    await runMany(breaker, 3, DOWN, ada);
    clock.stepWall(step);
    clock.advance(4_999);
    expect(breaker.refusal(ada)).toBeDefined();
    clock.advance(1);
    expect(breaker.refusal(ada)).toBeUndefined();
  });

  it('does not keep the breaker open by making every trial', async () => {
    const { breaker, clock } = createTestBreaker();
    const ada = userOf('ada');
    await runMany(breaker, 2, DOWN, ada);
    await runMany(breaker, 4, DOWN);
    expect(breaker.state).toBe('open');
    clock.advance(3_000);
    expect(await run(breaker, DOWN, ada)).toMatchObject({ called: 'trial' });
    clock.advance(3_000);
    expect(await run(breaker, DOWN, ada)).toMatchObject({ called: 'no' });
    expect(await run(breaker)).toMatchObject({ called: 'trial' });
    expect(breaker.state).toBe('closed');
  });
});

describe('a breaker after a 429', () => {
  it.each([undefined, 1, 30, 3_600])(
    'is open for one second, whatever Retry-After says: %s',
    async (told) => {
      const { breaker, clock } = createTestBreaker();
      await runMany(breaker, 1, limited(told));
      expect(breaker.state).toBe('open');
      clock.advance(999);
      expect(await run(breaker)).toEqual({ called: 'no', answer: limited(1) });
      clock.advance(1);
      expect(await run(breaker)).toMatchObject({ called: 'trial' });
      expect(breaker.state).toBe('closed');
    },
  );

  it.each([
    ['without Retry-After', undefined, [1, 2, 4, 8, 16, 32, 60, 60]],
    ['with a long one', 3_600, [1, 2, 4, 8, 16, 32, 60, 60]],
    ['with a shorter one', 3, [1, 2, 3, 3, 3]],
  ])('is open longer each time that its trial is limited, %s', async (_what, told, pauses) => {
    const { breaker, clock } = createTestBreaker();
    await runMany(breaker, 1, limited(told));
    for (const seconds of pauses) {
      expect(await run(breaker)).toEqual({ called: 'no', answer: limited(seconds) });
      clock.advance(seconds * 1000 - 1);
      expect(await run(breaker)).toMatchObject({ called: 'no' });
      clock.advance(1);
      expect(await run(breaker, limited(told))).toMatchObject({ called: 'trial' });
    }
  });

  it('is open for one second again after a good answer', async () => {
    const { breaker, clock } = createTestBreaker();
    for (let round = 0; round < 4; round += 1) {
      await runMany(breaker, 1, limited());
      clock.advance(60_000);
    }
    await runMany(breaker, 1, GONE);
    await runMany(breaker, 1, limited());
    clock.advance(1_000);
    expect(await run(breaker)).toMatchObject({ called: 'trial' });
  });

  it.each([-HOUR, HOUR])('is open for as long though the wall clock steps by %i ms', async (step) => {
    const { breaker, clock } = createTestBreaker();
    await runMany(breaker, 1, limited(30));
    clock.stepWall(step);
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(1) });
    clock.advance(1_000);
    expect(await run(breaker)).toMatchObject({ called: 'trial' });
  });

  it('counts calls that were limited together once', async () => {
    const { breaker, clock } = createTestBreaker();
    const calls = Array.from({ length: 16 }, () => start(breaker));
    for (const { end } of calls) end(limited(60));
    await Promise.all(calls.map(({ answer }) => answer));
    clock.advance(1_000);
    expect(await run(breaker)).toMatchObject({ called: 'trial' });
  });

  it('stays open when a call that ran at that time succeeds', async () => {
    const { breaker } = createTestBreaker();
    const calls = [start(breaker), start(breaker)];
    calls[0]?.end(limited(60));
    await calls[0]?.answer;
    calls[1]?.end(GONE);
    expect(await calls[1]?.answer).toBe(GONE);
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(1) });
  });

  it('keeps a limit that a late call was told while the trial ran', async () => {
    const { breaker } = createTestBreaker();
    const late = start(breaker);
    await runMany(breaker, 1, limited(0));
    const trial = start(breaker);
    late.end(limited(60));
    await late.answer;
    trial.end(GONE);
    await trial.answer;
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(1) });
  });

  it('answers with the limit while it is tried', async () => {
    const { breaker } = createTestBreaker();
    await runMany(breaker, 1, limited(0));
    const trial = start(breaker);
    expect(breaker.state).toBe('half-open');
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(1) });
    trial.end(GONE);
    expect(await trial.answer).toBe(GONE);
    expect(breaker.state).toBe('closed');
  });

  it('answers with the limit for as long as that lasts, though calls failed as well', async () => {
    const { breaker, clock } = createTestBreaker({ pause: HOUR });
    const calls = Array.from({ length: 6 }, () => start(breaker));
    for (const { end } of calls.slice(1)) end(DOWN);
    calls[0]?.end(limited(5));
    await Promise.all(calls.map(({ answer }) => answer));
    clock.advance(999);
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(1) });
    clock.advance(1);
    expect(await run(breaker)).toEqual({ called: 'no', answer: OPEN });
    clock.advance(HOUR - 1_000);
    expect(await run(breaker)).toMatchObject({ called: 'trial' });
    expect(breaker.state).toBe('closed');
  });
});

describe('a user who is limited', () => {
  it.each([
    [30, 30],
    [3_600, 60],
    [undefined, 5],
    [0, 1],
  ])('is told a time to wait, here for Retry-After: %s', async (told, seconds) => {
    const { breaker } = createTestBreaker();
    expect(await run(breaker, limited(told), userOf('ada'))).toMatchObject({ answer: limited(seconds) });
  });

  it('is paused for that time alone, so that the others wait for a second of it', async () => {
    const { breaker, clock, events } = createTestBreaker();
    const ada = userOf('ada');
    let ofOthers = 0;
    for (let second = 0; second < 600; second += 1) {
      await run(breaker, limited(3_600), ada);
      if ((await run(breaker)).called === 'no') ofOthers += 1;
      clock.advance(1_000);
    }
    expect(ofOthers).toBe(10);
    expect(events.filter(({ kind }) => kind === 'user-paused')).toEqual(
      Array(10).fill({ kind: 'user-paused', because: 'limited' }),
    );
  });

  it('waits no longer than the others where they were limited as well, and that is over', async () => {
    const { breaker, clock } = createTestBreaker();
    const [ada, grace] = [userOf('ada'), userOf('grace')];
    await runMany(breaker, 1, limited(60), ada);
    clock.advance(1_000);
    await runMany(breaker, 1, limited(60), grace);
    clock.advance(2_000);
    expect(breaker.refusal(ada)).toEqual(limited(57));
    await runMany(breaker, 1, GONE);
    for (const user of [ada, grace]) expect(breaker.refusal(user)).toBeUndefined();
  });

  it('waits longer each time where no time is named, and no longer after a good answer', async () => {
    const { breaker, clock } = createTestBreaker();
    const ada = userOf('ada');
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      expect(await run(breaker, limited(), ada)).toMatchObject({ answer: limited(seconds) });
      clock.advance(seconds * 1000 - 1);
      expect(breaker.refusal(ada)).toEqual(limited(1));
      clock.advance(1);
      await runMany(breaker, 1, GONE);
    }
    await runMany(breaker, 1, GONE, ada);
    expect(await run(breaker, limited(), ada)).toMatchObject({ answer: limited(5) });
  });
});

describe('an open breaker', () => {
  it('makes no call until its pause is over', async () => {
    const { breaker, clock } = await startFailed();
    for (const wait of [0, 1_000, 1_999]) {
      clock.advance(wait);
      expect(breaker.refusal(newcomer())).toEqual(OPEN);
      expect(await run(breaker)).toEqual({ called: 'no', answer: OPEN });
    }
    clock.advance(1);
    expect(breaker.refusal(newcomer())).toBeUndefined();
    expect(await run(breaker)).toMatchObject({ called: 'trial' });
  });

  it.each([-HOUR, HOUR])('pauses as long though the wall clock steps by %i ms', async (step) => {
    const { breaker, clock } = await startFailed();
    clock.stepWall(step);
    clock.advance(2_999);
    expect(await run(breaker)).toEqual({ called: 'no', answer: OPEN });
    clock.advance(1);
    expect(await run(breaker)).toMatchObject({ called: 'trial' });
  });

  it('makes one trial, and answers all other calls at once meanwhile', async () => {
    const { breaker, clock } = await startFailed();
    clock.advance(3_000);
    const trial = start(breaker);
    expect(trial.trial).toBe(true);
    expect(breaker.state).toBe('half-open');
    for (let index = 0; index < 100; index += 1)
      expect(await run(breaker)).toEqual({ called: 'no', answer: OPEN });
    trial.end(GONE);
    await trial.answer;
  });

  it.each(ANSWERED)('closes when its trial yields %o', async (outcome) => {
    const { breaker, clock } = await startFailed();
    clock.advance(3_000);
    expect(await run(breaker, outcome)).toEqual({ called: 'trial', answer: outcome });
    expect(breaker.state).toBe('closed');
    await runMany(breaker, 4, DOWN);
    expect(breaker.state).toBe('closed');
  });

  it('pauses again when its trial fails', async () => {
    const { breaker, clock } = await startFailed();
    for (let index = 0; index < 3; index += 1) {
      clock.advance(3_000);
      expect(await run(breaker, DOWN)).toEqual({ called: 'trial', answer: DOWN });
      expect(await run(breaker)).toEqual({ called: 'no', answer: OPEN });
    }
  });

  it('makes another trial where one throws', async () => {
    const { breaker, clock } = await startFailed();
    clock.advance(3_000);
    const trial = start(breaker);
    trial.fail(new Error('a bug'));
    await expect(trial.answer).rejects.toThrow('a bug');
    expect(breaker.state).toBe('open');
    expect(await run(breaker)).toMatchObject({ called: 'trial' });
    expect(breaker.state).toBe('closed');
  });

  it('is neither closed nor kept open by a call that began before it opened', async () => {
    const { breaker, clock } = createTestBreaker();
    const [early, other] = [start(breaker), start(breaker)];
    await runMany(breaker, 5, DOWN);
    early.end(GONE);
    expect(await early.answer).toBe(GONE);
    expect(await run(breaker)).toEqual({ called: 'no', answer: OPEN });
    clock.advance(2_000);
    other.end(DOWN);
    await other.answer;
    clock.advance(1_000);
    expect(await run(breaker)).toMatchObject({ called: 'trial' });
  });

  it('answers with the limit where its trial meets one', async () => {
    const { breaker, clock } = await startFailed();
    clock.advance(3_000);
    expect(await run(breaker, limited(60))).toMatchObject({ called: 'trial' });
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(1) });
  });
});

describe('the events of a breaker', () => {
  it('are its changes of state, each once', async () => {
    const { breaker, clock, events } = await startFailed();
    clock.advance(3_000);
    await run(breaker, DOWN);
    clock.advance(3_000);
    await run(breaker, limited(1));
    clock.advance(1_000);
    await run(breaker);
    await run(breaker);
    expect(events.flatMap((event) => (event.kind === 'breaker' ? [event.state] : []))).toEqual([
      'open',
      'half-open',
      'open',
      'half-open',
      'open',
      'half-open',
      'closed',
    ]);
  });
});
