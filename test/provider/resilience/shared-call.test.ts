import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { LightAbortSignal } from '../../../src/core/abort-controller.ts';
import { type SharedCall, startSharedCall } from '../../../src/provider/resilience/shared-call.ts';

const NEVER = 3_600_000;

/** Work that ends when the test says so. */
function startTestCall({ timeout = NEVER } = {}) {
  let signal: LightAbortSignal | undefined;
  let runs = 0;
  let ends = 0;
  let succeed = (_result: string): void => {};
  let fail = (_reason: unknown): void => {};
  const call = startSharedCall<string>({
    work: (given) => {
      signal = given;
      runs += 1;
      return new Promise((resolve, reject) => {
        succeed = resolve;
        fail = reject;
      });
    },
    timeout,
    onTimeout: () => 'late',
    onEnd: () => {
      ends += 1;
    },
  });
  return {
    call,
    succeed: (result: string) => succeed(result),
    fail: (reason: unknown) => fail(reason),
    get signal() {
      if (!signal) throw new Error('The work has not begun');
      return signal;
    },
    get runs() {
      return runs;
    },
    get ends() {
      return ends;
    },
  };
}

/** A caller who waits and can leave, for a reason of its own. */
function join<T>(call: SharedCall<T>) {
  const controller = new AbortController();
  const reason = new Error('The client has left');
  return {
    result: call.join(controller.signal),
    signal: controller.signal,
    reason,
    leave: () => controller.abort(reason),
  };
}

describe('a shared call', () => {
  it('does its work once and gives the result to all', async () => {
    const work = startTestCall();
    const results = Promise.all([
      ...Array.from({ length: 50 }, () => join(work.call).result),
      work.call.join(undefined),
    ]);
    work.succeed('done');
    expect(new Set(await results)).toEqual(new Set(['done']));
    expect(work.runs).toBe(1);
    expect(work.ends).toBe(1);
  });

  it('fails for all', async () => {
    const work = startTestCall();
    const reason = new Error('broken');
    const results = Promise.allSettled([join(work.call).result, work.call.join(undefined)]);
    work.fail(reason);
    expect(await results).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ]);
    expect(work.ends).toBe(1);
  });

  it('leaves nothing behind on the signals of its callers', async () => {
    const work = startTestCall();
    const waiter = join(work.call);
    expect(getEventListeners(waiter.signal, 'abort')).toHaveLength(1);
    work.succeed('done');
    await waiter.result;
    await new Promise(setImmediate);
    expect(getEventListeners(waiter.signal, 'abort')).toHaveLength(0);
    waiter.leave();
    expect(work.signal.aborted).toBe(false);
  });
});

describe('a caller who leaves', () => {
  it('is rejected at once with its own reason, and the work goes on for the others', async () => {
    const work = startTestCall();
    const [stays, leaves] = [join(work.call), join(work.call)];
    leaves.leave();
    await expect(leaves.result).rejects.toBe(leaves.reason);
    expect(work.signal.aborted).toBe(false);
    expect(work.ends).toBe(0);
    work.succeed('done');
    expect(await stays.result).toBe('done');
  });

  it('aborts the work if it is the last one', async () => {
    const work = startTestCall();
    const waiters = [join(work.call), join(work.call), join(work.call)];
    const results = Promise.allSettled(waiters.map(({ result }) => result));
    for (const { leave } of waiters) {
      expect(work.signal.aborted).toBe(false);
      leave();
    }
    expect(work.signal).toMatchObject({ aborted: true, reason: { name: 'AbortError' } });
    expect(work.ends).toBe(1);
    expect(await results).toEqual(waiters.map(({ reason }) => ({ status: 'rejected', reason })));
  });

  it('counts once, however often its signal fires', async () => {
    const work = startTestCall();
    const [stays, leaves] = [join(work.call), join(work.call)];
    leaves.leave();
    leaves.leave();
    leaves.signal.dispatchEvent(new Event('abort'));
    await expect(leaves.result).rejects.toBe(leaves.reason);
    expect(work.signal.aborted).toBe(false);
    work.succeed('done');
    expect(await stays.result).toBe('done');
  });

  it('does not count if it had left before it joined', async () => {
    const work = startTestCall();
    const stays = join(work.call);
    const reason = new Error('The client had left before');
    await expect(work.call.join(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(work.signal.aborted).toBe(false);
    work.succeed('done');
    expect(await stays.result).toBe('done');
  });

  it('aborts the work if it had left before it joined and there is no other', async () => {
    const work = startTestCall();
    const reason = new Error('The client had left before');
    await expect(work.call.join(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(work.signal.aborted).toBe(true);
    expect(work.ends).toBeGreaterThan(0);
  });

  it('does not abort the work while a caller without a signal waits', async () => {
    const work = startTestCall();
    const stays = work.call.join(undefined);
    const leaves = join(work.call);
    leaves.leave();
    await expect(leaves.result).rejects.toBe(leaves.reason);
    expect(work.signal.aborted).toBe(false);
    work.succeed('done');
    expect(await stays).toBe('done');
  });
});

describe('the time limit of a shared call', () => {
  it('aborts the work and gives all callers the same result, though the work goes on', async () => {
    const work = startTestCall({ timeout: 20 });
    const results = await Promise.all(Array.from({ length: 50 }, () => join(work.call).result));
    expect(new Set(results)).toEqual(new Set(['late']));
    expect(work.signal).toMatchObject({ aborted: true, reason: { name: 'TimeoutError' } });
    expect(work.ends).toBe(1);
  });

  it('begins with the first caller, not with the last', async () => {
    const work = startTestCall({ timeout: 120 });
    const ended: string[] = [];
    const first = work.call.join(undefined);
    await startTestCall({ timeout: 60 }).call.join(undefined);
    // From here on half of the time is left to the call, and a whole one to another that begins now.
    const late = work.call.join(undefined).then(() => ended.push('joined late'));
    const other = startTestCall({ timeout: 120 })
      .call.join(undefined)
      .then(() => ended.push('began late'));
    await Promise.all([first, late, other]);
    expect(ended).toEqual(['joined late', 'began late']);
  });

  it('does not concern callers who had left before', async () => {
    const work = startTestCall({ timeout: 20 });
    const [stays, leaves] = [join(work.call), join(work.call)];
    leaves.leave();
    expect(await Promise.allSettled([stays.result, leaves.result])).toEqual([
      { status: 'fulfilled', value: 'late' },
      { status: 'rejected', reason: leaves.reason },
    ]);
  });

  it('ends with the work: its signal never aborts', async () => {
    const work = startTestCall({ timeout: 20 });
    const result = work.call.join(undefined);
    work.succeed('done');
    expect(await result).toBe('done');
    await startTestCall({ timeout: 60 }).call.join(undefined);
    expect(work.signal.aborted).toBe(false);
  });
});
