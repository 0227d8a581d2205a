import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/provider/outcomes.ts';
import { type Breaker, createBreaker } from '../../../src/provider/resilience/breaker.ts';

const LONG = 3_600_000;

const DOWN: Outcome = { kind: 'unavailable', cause: new Error('down') };
const GONE: Outcome = { kind: 'gone' };
const EXPIRED: Outcome = { kind: 'expired' };
const REFUSED: Outcome = { kind: 'refused', knownError: 'INVALID_SECRET_SERVER_KEY' };
const OPEN = {
  kind: 'unavailable',
  cause: expect.objectContaining({ message: 'The circuit breaker is open' }),
};
const limited = (retryAfter?: number): Outcome => ({ kind: 'limited', retryAfter });

/** Runs a call that yields this; what came of it, and whether it was called at all and as a trial. */
async function run(breaker: Breaker, outcome: Outcome = GONE) {
  let called: 'no' | 'called' | 'trial' = 'no';
  const answer = await breaker.run(async (trial) => {
    called = trial ? 'trial' : 'called';
    return outcome;
  });
  return { called, answer };
}

/** A call under way, which ends when the test says so. */
function start(breaker: Breaker) {
  let end = (_outcome: Outcome): void => {};
  let fail = (_reason: unknown): void => {};
  let trial: boolean | undefined;
  const answer = breaker.run((isTrial) => {
    trial = isTrial;
    return new Promise((resolve, reject) => {
      end = resolve;
      fail = reject;
    });
  });
  return { answer, trial, end, fail };
}

async function runMany(breaker: Breaker, count: number, outcome: Outcome): Promise<void> {
  for (let index = 0; index < count; index += 1) expect((await run(breaker, outcome)).answer).toBe(outcome);
}

/** A breaker that has failed as often as it takes, and may be tried at once. */
async function startFailed(options: Parameters<typeof createBreaker>[0] = { pause: 0 }) {
  const breaker = createBreaker(options);
  await runMany(breaker, 5, DOWN);
  expect(breaker.state).toBe('open');
  return breaker;
}

describe('a closed breaker', () => {
  it('lets through what is asked, and tells what came of it', async () => {
    const breaker = createBreaker();
    for (const outcome of [GONE, EXPIRED, REFUSED, DOWN]) {
      expect(await run(breaker, outcome)).toEqual({ called: 'called', answer: outcome });
    }
    expect(breaker.state).toBe('closed');
  });

  it('opens after the fifth failure in a row', async () => {
    const breaker = createBreaker();
    await runMany(breaker, 4, DOWN);
    expect(breaker.state).toBe('closed');
    await runMany(breaker, 1, DOWN);
    expect(breaker.state).toBe('open');
    expect(await run(breaker)).toEqual({ called: 'no', answer: OPEN });
  });

  it('opens on failures of calls that were under way together', async () => {
    const breaker = createBreaker();
    const calls = Array.from({ length: 10 }, () => start(breaker));
    for (const { end } of calls) end(DOWN);
    await Promise.all(calls.map(({ answer }) => answer));
    expect(breaker.state).toBe('open');
  });

  it('begins to count anew after anything that the provider did answer', async () => {
    for (const answered of [GONE, EXPIRED, REFUSED]) {
      const breaker = createBreaker();
      for (let round = 0; round < 5; round += 1) {
        await runMany(breaker, 4, DOWN);
        await runMany(breaker, 1, answered);
      }
      expect(breaker.state).toBe('closed');
    }
  });

  it.each([GONE, EXPIRED, REFUSED])('never opens for %o', async (outcome) => {
    const breaker = createBreaker();
    await runMany(breaker, 100, outcome);
    expect(breaker.state).toBe('closed');
  });

  it('never opens for callers who leave, and forgets no failure for them', async () => {
    const breaker = createBreaker();
    const reason = new Error('I have to go');
    const leave = async () => {
      const call = start(breaker);
      call.fail(reason);
      await expect(call.answer).rejects.toBe(reason);
    };
    for (let index = 0; index < 100; index += 1) await leave();
    expect(breaker.state).toBe('closed');
    await runMany(breaker, 4, DOWN);
    await leave();
    await runMany(breaker, 1, DOWN);
    expect(breaker.state).toBe('open');
  });
});

describe('a breaker after a 429', () => {
  it('is open from the first on, and tells the seconds that are left', async () => {
    const breaker = createBreaker();
    await runMany(breaker, 1, limited(30));
    expect(breaker.state).toBe('open');
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(30) });
  });

  it('stays so for five seconds where nothing was told', async () => {
    const breaker = createBreaker();
    await runMany(breaker, 1, limited());
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(5) });
  });

  it('stays so for as long as was told and no longer', async () => {
    const breaker = createBreaker({ limitedPause: LONG });
    const from = Date.now();
    await runMany(breaker, 1, limited(0.1));
    let tried = await run(breaker);
    expect(tried).toEqual({ called: 'no', answer: limited(1) });
    while (tried.called === 'no') {
      await new Promise(setImmediate);
      tried = await run(breaker);
    }
    expect(tried.called).toBe('trial');
    expect(Date.now() - from).toBeGreaterThanOrEqual(100);
    expect(breaker.state).toBe('closed');
  });

  it.each([
    ['first', [60, 1, 5]],
    ['last', [1, 5, 60]],
    ['between', [1, 60, undefined]],
  ])('stays so for the longest that calls under way together were told, the %s', async (_which, told) => {
    const breaker = createBreaker();
    const calls = told.map(() => start(breaker));
    for (const [index, { end, answer }] of calls.entries()) {
      end(limited(told[index]));
      expect(await answer).toEqual(limited(told[index]));
    }
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(60) });
  });

  it('stays so where calls that were under way come to a better end', async () => {
    const breaker = createBreaker();
    const calls = [start(breaker), start(breaker)];
    calls[0]?.end(limited(60));
    await calls[0]?.answer;
    calls[1]?.end(GONE);
    expect(await calls[1]?.answer).toBe(GONE);
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(60) });
  });

  it('is open for as long as the trial is told', async () => {
    const breaker = createBreaker();
    await runMany(breaker, 1, limited(0));
    expect(await run(breaker, limited(60))).toEqual({ called: 'trial', answer: limited(60) });
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(60) });
  });

  it('tells of the limit while it is tried', async () => {
    const breaker = createBreaker();
    await runMany(breaker, 1, limited(0));
    const trial = start(breaker);
    expect(breaker.state).toBe('half-open');
    expect(await run(breaker)).toMatchObject({ called: 'no', answer: { kind: 'limited' } });
    trial.end(GONE);
    expect(await trial.answer).toBe(GONE);
    expect(breaker.state).toBe('closed');
  });

  it('tells of the limit for as long as that lasts, though calls failed as well', async () => {
    const breaker = createBreaker({ pause: LONG });
    const calls = Array.from({ length: 6 }, () => start(breaker));
    for (const { end } of calls.slice(1)) end(DOWN);
    calls[0]?.end(limited(0.05));
    await Promise.all(calls.map(({ answer }) => answer));
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(1) });
    let tried = await run(breaker);
    while (tried.answer.kind === 'limited') {
      await new Promise(setImmediate);
      tried = await run(breaker);
    }
    expect(tried).toEqual({ called: 'no', answer: OPEN });
  });
});

describe('an open breaker', () => {
  it('calls nobody until its pause is over', async () => {
    const breaker = await startFailed({ pause: 50 });
    const from = Date.now();
    let answers = 0;
    let tried = await run(breaker);
    while (tried.called === 'no') {
      expect(tried.answer).toEqual(OPEN);
      answers += 1;
      await new Promise(setImmediate);
      tried = await run(breaker);
    }
    expect(tried.called).toBe('trial');
    expect(answers).toBeGreaterThan(1);
    expect(Date.now() - from).toBeGreaterThanOrEqual(45);
  });

  it('has one call tried, and answers all others at once meanwhile', async () => {
    const breaker = await startFailed();
    const trial = start(breaker);
    expect(trial.trial).toBe(true);
    expect(breaker.state).toBe('half-open');
    for (let index = 0; index < 100; index += 1) {
      expect(await run(breaker)).toEqual({ called: 'no', answer: OPEN });
    }
    trial.end(GONE);
    await trial.answer;
  });

  it.each([GONE, EXPIRED, REFUSED])('closes when its trial yields %o', async (outcome) => {
    const breaker = await startFailed();
    expect(await run(breaker, outcome)).toEqual({ called: 'trial', answer: outcome });
    expect(breaker.state).toBe('closed');
    await runMany(breaker, 4, DOWN);
    expect(breaker.state).toBe('closed');
  });

  it('opens again when its trial fails', async () => {
    const breaker = await startFailed();
    for (let index = 0; index < 3; index += 1) {
      expect(await run(breaker, DOWN)).toEqual({ called: 'trial', answer: DOWN });
      expect(breaker.state).toBe('open');
    }
  });

  it('is not closed by a call that began before it opened', async () => {
    const breaker = createBreaker();
    const early = start(breaker);
    await runMany(breaker, 5, DOWN);
    early.end(GONE);
    expect(await early.answer).toBe(GONE);
    expect(breaker.state).toBe('open');
    expect(await run(breaker)).toEqual({ called: 'no', answer: OPEN });
  });

  it('shows the limit where its trial meets one', async () => {
    const breaker = await startFailed();
    expect(await run(breaker, limited(60))).toMatchObject({ called: 'trial' });
    expect(await run(breaker)).toEqual({ called: 'no', answer: limited(60) });
  });
});
