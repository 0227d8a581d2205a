import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LightAbortController } from '../../../src/core/abort-controller.ts';
import {
  type ConcurrencyLimit,
  createConcurrencyLimit,
  type Slot,
} from '../../../src/provider/resilience/concurrency-limit.ts';
import { fuzzRuns } from '../../support/fuzz-runs.ts';

const userOf = (id: string) => ({ id, isAnonymous: id.startsWith('visitor') });

/** The signal of callers that never leave. */
const STAYS = new LightAbortController();

/** A limit whose slots are all taken, each by another user. */
async function createFull({ active = 2, queued = 2, backlog = 0 } = {}) {
  const limit = createConcurrencyLimit({ active, queued, backlog });
  const taken = await Promise.all(
    Array.from({ length: active }, (_, user) => limit.take(STAYS, userOf(`${user}`))),
  );
  const held = taken.filter((slot): slot is Slot => slot !== undefined);
  expect(held).toHaveLength(active);
  return { limit, held };
}

/** Whether a call has its slot, was refused, or waits. */
async function stateOf(taken: ReturnType<ConcurrencyLimit['take']>) {
  const waits = new Promise<'waits'>((resolve) => setImmediate(resolve, 'waits'));
  const slot = await Promise.race([taken, waits]);
  if (slot === 'waits') return slot;
  return slot ? 'active' : 'refused';
}

describe('the concurrency limit', () => {
  it('gives slots until all are taken, and again when one is free', async () => {
    const { limit, held } = await createFull({ active: 3 });
    expect(limit).toMatchObject({ active: 3, queued: 0 });
    held[0]?.free();
    expect(limit.active).toBe(2);
    expect(limit.take(STAYS, userOf('next'))).not.toBeInstanceOf(Promise);
    expect(limit.active).toBe(3);
  });

  it('hands slots on in the order of the queue', async () => {
    const { limit, held } = await createFull({ active: 2, queued: 3 });
    const entered: string[] = [];
    const enter = async (name: string) => {
      const slot = await limit.take(STAYS, userOf(name));
      entered.push(name);
      slot?.free();
    };
    const queue = Promise.all([enter('first'), enter('second'), enter('third')]);
    expect(limit).toMatchObject({ active: 2, queued: 3 });
    held[1]?.free();
    await queue;
    expect(entered).toEqual(['first', 'second', 'third']);
    expect(limit).toMatchObject({ active: 1, queued: 0 });
  });

  it('refuses at once where the queue is full', async () => {
    const { limit, held } = await createFull({ active: 1, queued: 2 });
    const queue = [limit.take(STAYS, userOf('b')), limit.take(STAYS, userOf('c'))];
    expect(limit.take(STAYS, userOf('d'))).toBeUndefined();
    expect(limit).toMatchObject({ active: 1, queued: 2 });
    held[0]?.free();
    (await queue[0])?.free();
    (await queue[1])?.free();
    expect(limit).toMatchObject({ active: 0, queued: 0 });
  });

  it('refuses at once where there is no queue', async () => {
    const { limit } = await createFull({ active: 1, queued: 0 });
    expect(limit.take(STAYS, userOf('b'))).toBeUndefined();
  });

  it('frees a slot once, however often it is given back', async () => {
    const { limit, held } = await createFull({ active: 2, queued: 2 });
    const queue = [limit.take(STAYS, userOf('c')), limit.take(STAYS, userOf('d'))];
    for (let time = 0; time < 3; time += 1) held[0]?.free();
    await queue[0];
    expect(limit).toMatchObject({ active: 2, queued: 1 });
  });
});

describe('a queued call', () => {
  it('whose caller leaves is rejected with the reason, and makes room', async () => {
    const { limit, held } = await createFull({ active: 1, queued: 1 });
    const reason = new Error('The client has left');
    const controller = new AbortController();
    const leaving = limit.take(controller.signal, userOf('b'));
    controller.abort(reason);
    await expect(leaving).rejects.toBe(reason);
    expect(limit).toMatchObject({ active: 1, queued: 0 });
    const next = limit.take(STAYS, userOf('c'));
    held[0]?.free();
    expect(await next).toBeDefined();
  });

  it('whose caller had left before takes no slot and no room', async () => {
    const reason = new Error('The client has left');
    const { limit } = await createFull({ active: 1, queued: 1 });
    expect(() => limit.take(AbortSignal.abort(reason), userOf('b'))).toThrow(reason);
    expect(limit).toMatchObject({ active: 1, queued: 0 });
    const empty = createConcurrencyLimit({ active: 1, queued: 1 });
    expect(() => empty.take(AbortSignal.abort(reason), userOf('b'))).toThrow(reason);
    expect(empty.active).toBe(0);
  });

  it('whose caller leaves in the moment of its turn has the slot, and must free it', async () => {
    const { limit, held } = await createFull({ active: 1, queued: 1 });
    const controller = new AbortController();
    const turn = limit.take(controller.signal, userOf('b'));
    held[0]?.free();
    controller.abort();
    const slot = await turn;
    expect(limit).toMatchObject({ active: 1, queued: 0 });
    slot?.free();
    expect(limit.active).toBe(0);
  });

  it('leaves nothing behind on its signal', async () => {
    const { limit, held } = await createFull({ active: 1, queued: 1 });
    const { signal } = new AbortController();
    const turn = limit.take(signal, userOf('b'));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    held[0]?.free();
    await turn;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('one user', () => {
  const many = (limit: ConcurrencyLimit, count: number, user = 'ada') =>
    Array.from({ length: count }, () => limit.take(STAYS, userOf(user)));

  it('holds at most a quarter of the slots, though the others are free', async () => {
    const limit = createConcurrencyLimit({ active: 8, queued: 8 });
    const calls = many(limit, 4);
    expect(await Promise.all(calls.map(stateOf))).toEqual(['active', 'active', 'waits', 'waits']);
    expect(limit).toMatchObject({ active: 2, queued: 2 });
    expect(await stateOf(limit.take(STAYS, userOf('grace')))).toBe('active');
  });

  it('holds at most a quarter of the queue: further calls wait behind it, and the rest is refused', async () => {
    const limit = createConcurrencyLimit({ active: 8, queued: 8, backlog: 3 });
    const calls = many(limit, 9);
    expect(await Promise.all(calls.map(stateOf))).toEqual([
      ...Array(2).fill('active'),
      ...Array(5).fill('waits'),
      ...Array(2).fill('refused'),
    ]);
    expect(limit).toMatchObject({ active: 2, queued: 2 });
    expect(await Promise.all(many(limit, 2, 'grace').map(stateOf))).toEqual(['active', 'active']);
    for (const call of calls) (await call)?.free();
    expect(limit).toMatchObject({ active: 2, queued: 0 });
  });

  it('has all calls made, in their order', async () => {
    const limit = createConcurrencyLimit({ active: 4, queued: 4, backlog: 50 });
    const order: number[] = [];
    const work = Array.from({ length: 50 }, async (_, index) => {
      const slot = await limit.take(STAYS, userOf('ada'));
      expect(limit.active).toBe(1);
      order.push(index);
      await new Promise(setImmediate);
      slot?.free();
    });
    await Promise.all(work);
    expect(order).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(limit).toMatchObject({ active: 0, queued: 0 });
  });

  it('does not hold up others who are queued behind', async () => {
    const { limit, held } = await createFull({ active: 4, queued: 8 });
    const [first, second] = many(limit, 2);
    const grace = limit.take(STAYS, userOf('grace'));
    held[1]?.free();
    expect(await stateOf(first)).toBe('active');
    held[2]?.free();
    expect(await stateOf(grace)).toBe('active');
    expect(await stateOf(second)).toBe('waits');
  });

  it('whose waiting calls are cancelled makes room for the calls behind them', async () => {
    const limit = createConcurrencyLimit({ active: 4, queued: 4, backlog: 2 });
    const [active] = many(limit, 1);
    const callers = [1, 2, 3].map(() => new AbortController());
    const waiting = callers.map(({ signal }) => limit.take(signal, userOf('ada')));
    const settled = Promise.allSettled(waiting);
    callers[0]?.abort();
    callers[1]?.abort();
    expect(limit.queued).toBe(1);
    (await active)?.free();
    const [, , last] = await settled;
    expect(last).toMatchObject({ status: 'fulfilled', value: expect.anything() });
    expect(await stateOf(limit.take(STAYS, userOf('ada')))).toBe('waits');
  });

  it('holds one slot even where a quarter is less', async () => {
    const limit = createConcurrencyLimit({ active: 1, queued: 1 });
    expect(await Promise.all(many(limit, 3).map(stateOf))).toEqual(['active', 'waits', 'refused']);
  });

  it('does not limit calls that are made for no user', () => {
    const limit = createConcurrencyLimit({ active: 8, queued: 8 });
    for (let call = 0; call < 8; call += 1) expect(limit.take(STAYS)).not.toBeInstanceOf(Promise);
  });
});

describe('anonymous users', () => {
  const visit = (limit: ConcurrencyLimit, count: number) =>
    Array.from({ length: count }, (_, index) => limit.take(STAYS, userOf(`visitor ${index}`)));

  it('together hold a quarter of the slots and of the queue, however many they are', async () => {
    const limit = createConcurrencyLimit({ active: 64, queued: 64, backlog: 100 });
    const states = await Promise.all(visit(limit, 1_000).map(stateOf));
    expect(states.slice(0, 16)).toEqual(Array(16).fill('active'));
    expect(states.slice(16, 32)).toEqual(Array(16).fill('waits'));
    expect(states.slice(32)).toEqual(Array(968).fill('refused'));
    expect(limit.isFull).toBe(false);
    expect(await stateOf(limit.take(STAYS, userOf('ada')))).toBe('active');
  });

  it('each hold a quarter of that', async () => {
    const limit = createConcurrencyLimit({ active: 64, queued: 64, backlog: 2 });
    const one = Array.from({ length: 11 }, () => limit.take(STAYS, userOf('visitor')));
    expect(await Promise.all(one.map(stateOf))).toEqual([
      ...Array(4).fill('active'),
      ...Array(6).fill('waits'),
      'refused',
    ]);
    expect(await Promise.all(visit(limit, 12).map(stateOf))).toEqual(Array(12).fill('active'));
  });

  it('hand their slots on to each other, while the queue goes on behind them', async () => {
    const limit = createConcurrencyLimit({ active: 4, queued: 8 });
    const [first, second] = visit(limit, 2);
    const others = ['a', 'b', 'c'].map((name) => limit.take(STAYS, userOf(name)));
    const queued = limit.take(STAYS, userOf('d'));
    expect(await stateOf(second ?? undefined)).toBe('waits');
    (await others[0])?.free();
    expect(await stateOf(queued)).toBe('active');
    expect(await stateOf(second ?? undefined)).toBe('waits');
    (await first)?.free();
    expect(await stateOf(second ?? undefined)).toBe('active');
  });

  it('give way to nobody where they have their share: the rest of the slots is not theirs to wait for', async () => {
    const limit = createConcurrencyLimit({ active: 1, queued: 1 });
    expect(await stateOf(limit.take(STAYS, userOf('visitor')))).toBe('active');
    expect(await stateOf(limit.take(STAYS, userOf('ada')))).toBe('waits');
  });
});

const VISITORS = ['visitor 1', 'visitor 2', 'visitor 3'] as const;

describe('calls that come, leave and end in any order', () => {
  it('never exceed the limits, and lose no slot', async () => {
    const event = fc.record({
      kind: fc.constantFrom('come', 'come', 'come', 'leave', 'end', 'end twice'),
      user: fc.constantFrom('ada', 'ada', 'ada', 'grace', 'linus', undefined, ...VISITORS, ...VISITORS),
      which: fc.nat(30),
    });
    const seen = { refused: 0, left: 0, backlog: 0, visitorsWait: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 20, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        async (events, active) => {
          const limit = createConcurrencyLimit({ active, queued: 4, backlog: 3 });
          const share = Math.max(1, Math.floor(active / 4));
          const held = new Map<Slot, string | undefined>();
          const waiting = new Map<string | undefined, number>();
          const leavers: (() => void)[] = [];
          const wait = (user: string | undefined, by: number) =>
            waiting.set(user, (waiting.get(user) ?? 0) + by);
          for (const { kind, user, which } of events) {
            if (kind === 'come') {
              const controller = new AbortController();
              leavers.push(() => controller.abort());
              wait(user, 1);
              void Promise.resolve(
                limit.take(controller.signal, user === undefined ? undefined : userOf(user)),
              )
                .then(
                  (slot) => {
                    if (slot) held.set(slot, user);
                    else seen.refused += 1;
                  },
                  () => {
                    seen.left += 1;
                  },
                )
                .then(() => wait(user, -1));
            }
            if (kind === 'leave') leavers[which % leavers.length]?.();
            const slot = kind.startsWith('end') ? [...held.keys()][which % held.size] : undefined;
            if (slot) held.delete(slot);
            slot?.free();
            if (kind === 'end twice') slot?.free();
            await new Promise(setImmediate);
            expect(held.size).toBe(limit.active);
            expect(limit.active).toBeLessThanOrEqual(active);
            expect(limit.queued).toBeLessThanOrEqual(4);
            for (const name of ['ada', 'grace', 'linus']) {
              const own = [...held.values()].filter((each) => each === name).length;
              const waits = waiting.get(name) ?? 0;
              expect(own).toBeLessThanOrEqual(share);
              // One in the queue, the rest behind it.
              expect(waits).toBeLessThanOrEqual(1 + 3);
              if (waits > 1) seen.backlog += 1;
              // A call waits only if its user has a whole share, or all slots are taken.
              if (waits > 0 && own < share) expect(limit.active).toBe(active);
            }
            const visiting = [...held.values()].filter((each) => each?.startsWith('visitor')).length;
            expect(visiting).toBeLessThanOrEqual(share);
            // One in the queue, which is the visitors' share of it, and that visitor's backlog.
            const visitors = VISITORS.map((name) => waiting.get(name) ?? 0);
            expect(visitors.filter((waits) => waits > 0).length).toBeLessThanOrEqual(1);
            if (Math.max(...visitors) > 0) seen.visitorsWait += 1;
            if (Math.max(...visitors) > 0 && visiting < Math.max(1, Math.floor(share / 4)))
              expect(limit.active).toBe(active);
          }
          for (const leave of leavers) leave();
          for (const slot of held.keys()) slot.free();
          expect(limit).toMatchObject({ active: 0, queued: 0 });
        },
      ),
      { numRuns: fuzzRuns(200) },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50);
  });
});
