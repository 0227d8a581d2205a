import { describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../../src/core/events.ts';
import type { Outcome } from '../../../src/provider/outcomes.ts';
import {
  type Breaker,
  type BreakerOptions,
  createBreaker,
} from '../../../src/provider/resilience/breaker.ts';
import { createClock } from '../../support/clock.ts';

const HOUR = 3_600_000;

const DOWN: Outcome<string> = { kind: 'unavailable', cause: new Error('down') };
const UNREADABLE: Outcome<string> = { kind: 'unavailable', cause: new Error('unreadable'), unreadable: true };
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

/** Makes a call with this outcome. Returns the answer, and whether the call was made at all and as a trial. */
async function run(breaker: Breaker, outcome: Outcome<string> = GONE) {
  let called: 'no' | 'called' | 'trial' = 'no';
  const answer = await breaker.run(async (trial) => {
    called = trial ? 'trial' : 'called';
    return outcome;
  }, 'ada');
  return { called, answer };
}

/** A running call, which ends when the test says so. */
function start(breaker: Breaker) {
  let end = (_outcome: Outcome<string>): void => {};
  let fail = (_reason: unknown): void => {};
  let trial: boolean | undefined;
  const answer = breaker.run<string>((isTrial) => {
    trial = isTrial;
    return new Promise((resolve, reject) => {
      end = resolve;
      fail = reject;
    });
  }, 'ada');
  return { answer, trial, end, fail };
}

async function runMany(breaker: Breaker, count: number, outcome: Outcome<string>): Promise<void> {
  for (let index = 0; index < count; index += 1) expect((await run(breaker, outcome)).answer).toBe(outcome);
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

describe('a breaker after a 429', () => {
  it('is open from the first one on, and answers with the seconds that are left', async () => {
    const { breaker, clock } = createTestBreaker();
    await runMany(breaker, 1, limited(30));
    expect(breaker.state).toBe('open');
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(30) });
    clock.advance(28_001);
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(2) });
  });

  it('is open for five seconds where the provider named no time', async () => {
    const { breaker, clock } = createTestBreaker();
    await runMany(breaker, 1, limited());
    clock.advance(4_999);
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(1) });
    clock.advance(1);
    expect(await run(breaker)).toMatchObject({ called: 'trial' });
  });

  it('is open for as long as the provider said, and no longer', async () => {
    const { breaker, clock } = createTestBreaker({ limitedPause: HOUR });
    await runMany(breaker, 1, limited(7));
    clock.advance(6_999);
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(1) });
    clock.advance(1);
    expect(await run(breaker)).toMatchObject({ called: 'trial' });
    expect(breaker.state).toBe('closed');
  });

  it.each([-HOUR, HOUR])('is open for as long though the wall clock steps by %i ms', async (step) => {
    const { breaker, clock } = createTestBreaker();
    await runMany(breaker, 1, limited(30));
    clock.stepWall(step);
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(30) });
    clock.advance(30_000);
    expect(await run(breaker)).toMatchObject({ called: 'trial' });
  });

  it.each([
    ['first', [60, 1, 5]],
    ['last', [1, 5, 60]],
    ['second', [1, 60, undefined]],
  ])('is open for the longest time that calls which ran together were told, the %s', async (_which, told) => {
    const { breaker } = createTestBreaker();
    const calls = told.map(() => start(breaker));
    for (const [index, { end, answer }] of calls.entries()) {
      end(limited(told[index]));
      expect(await answer).toEqual(limited(told[index]));
    }
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(60) });
  });

  it('stays open when a call that ran at that time succeeds', async () => {
    const { breaker } = createTestBreaker();
    const calls = [start(breaker), start(breaker)];
    calls[0]?.end(limited(60));
    await calls[0]?.answer;
    calls[1]?.end(GONE);
    expect(await calls[1]?.answer).toBe(GONE);
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(60) });
  });

  it('is open for as long as its trial is told', async () => {
    const { breaker } = createTestBreaker();
    await runMany(breaker, 1, limited(0));
    expect(await run(breaker, limited(60))).toEqual({ called: 'trial', answer: limited(60) });
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(60) });
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
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(60) });
  });

  it('answers with the limit while it is tried', async () => {
    const { breaker } = createTestBreaker();
    await runMany(breaker, 1, limited(0));
    const trial = start(breaker);
    expect(breaker.state).toBe('half-open');
    expect(await run(breaker)).toMatchObject({ called: 'no', answer: { kind: 'limited' } });
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
    clock.advance(4_999);
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(1) });
    clock.advance(1);
    expect(await run(breaker)).toEqual({ called: 'no', answer: OPEN });
    clock.advance(HOUR - 5_000);
    expect(await run(breaker)).toMatchObject({ called: 'trial' });
    expect(breaker.state).toBe('closed');
  });
});

describe('an open breaker', () => {
  it('makes no call until its pause is over', async () => {
    const { breaker, clock } = await startFailed();
    for (const wait of [0, 1_000, 1_999]) {
      clock.advance(wait);
      expect(breaker.refusal('ada')).toEqual(OPEN);
      expect(await run(breaker)).toEqual({ called: 'no', answer: OPEN });
    }
    clock.advance(1);
    expect(breaker.refusal('ada')).toBeUndefined();
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
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(60) });
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
    expect(events.map((event) => event.kind === 'breaker' && event.state)).toEqual([
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
