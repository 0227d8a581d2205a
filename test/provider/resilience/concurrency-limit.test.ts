import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createConcurrencyLimit, type Slot } from '../../../src/provider/resilience/concurrency-limit.ts';
import { fuzzRuns } from '../../support/fuzz-runs.ts';

const STAYS = new AbortController().signal;

/** Places that are all taken, by the slots given. */
async function createFull({ places = 2, line = 2 } = {}) {
  const slots = createConcurrencyLimit({ places, line });
  const taken = await Promise.all(Array.from({ length: places }, () => slots.take(STAYS)));
  const held = taken.filter((slot): slot is Slot => slot !== undefined);
  expect(held).toHaveLength(places);
  return { slots, held };
}

describe('slots', () => {
  it('are given until all are taken, and again when one is free', async () => {
    const { slots, held } = await createFull({ places: 3 });
    expect(slots).toMatchObject({ active: 3, queued: 0 });
    held[0]?.free();
    expect(slots.active).toBe(2);
    expect(await slots.take(STAYS)).toBeDefined();
    expect(slots.active).toBe(3);
  });

  it('are handed over in the order of the line', async () => {
    const { slots, held } = await createFull({ places: 2, line: 3 });
    const entered: string[] = [];
    const enter = async (name: string) => {
      const slot = await slots.take(STAYS);
      entered.push(name);
      slot?.free();
    };
    const line = Promise.all([enter('first'), enter('second'), enter('third')]);
    expect(slots).toMatchObject({ active: 2, queued: 3 });
    held[1]?.free();
    await line;
    expect(entered).toEqual(['first', 'second', 'third']);
    expect(slots).toMatchObject({ active: 1, queued: 0 });
  });

  it('are refused at once where the line is full', async () => {
    const { slots, held } = await createFull({ places: 1, line: 2 });
    const line = [slots.take(STAYS), slots.take(STAYS)];
    expect(await slots.take(STAYS)).toBeUndefined();
    expect(slots).toMatchObject({ active: 1, queued: 2 });
    held[0]?.free();
    (await line[0])?.free();
    (await line[1])?.free();
    expect(slots).toMatchObject({ active: 0, queued: 0 });
  });

  it('are refused at once where all are taken and there is no line', async () => {
    const { slots } = await createFull({ places: 1, line: 0 });
    expect(await slots.take(STAYS)).toBeUndefined();
  });

  it('are free once, however often they are given back', async () => {
    const { slots, held } = await createFull({ places: 2, line: 2 });
    const line = [slots.take(STAYS), slots.take(STAYS)];
    for (let time = 0; time < 3; time += 1) held[0]?.free();
    await line[0];
    expect(slots).toMatchObject({ active: 2, queued: 1 });
  });
});

describe('somebody in line', () => {
  it('who leaves is told his reason, and makes room', async () => {
    const { slots, held } = await createFull({ places: 1, line: 1 });
    const reason = new Error('I have to go');
    const controller = new AbortController();
    const leaving = slots.take(controller.signal);
    controller.abort(reason);
    await expect(leaving).rejects.toBe(reason);
    expect(slots).toMatchObject({ active: 1, queued: 0 });
    const next = slots.take(STAYS);
    held[0]?.free();
    expect(await next).toBeDefined();
  });

  it('who had left before he came takes nothing', async () => {
    const slots = createConcurrencyLimit({ places: 1, line: 1 });
    const reason = new Error('I was gone already');
    expect(() => slots.take(AbortSignal.abort(reason))).toThrow(reason);
    expect(slots).toMatchObject({ active: 0, queued: 0 });
  });

  it('who leaves at the moment of his turn has the place, and must give it back', async () => {
    const { slots, held } = await createFull({ places: 1, line: 1 });
    const controller = new AbortController();
    const turn = slots.take(controller.signal);
    held[0]?.free();
    controller.abort();
    const slot = await turn;
    expect(slots).toMatchObject({ active: 1, queued: 0 });
    slot?.free();
    expect(slots.active).toBe(0);
  });

  it('leaves nothing behind on his signal', async () => {
    const { slots, held } = await createFull({ places: 1, line: 1 });
    const { signal } = new AbortController();
    const turn = slots.take(signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    held[0]?.free();
    await turn;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('whoever comes, leaves and ends, in whatever order', () => {
  it('finds no more places than there are, and none is lost', async () => {
    const event = fc.record({
      kind: fc.constantFrom('come', 'come', 'come', 'leave', 'end', 'end twice'),
      which: fc.nat(30),
    });
    let refused = 0;
    let left = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 20, maxLength: 60 }),
        fc.integer({ min: 1, max: 3 }),
        async (events, places) => {
          const slots = createConcurrencyLimit({ places, line: 2 });
          const held = new Set<Slot>();
          const leavers: (() => void)[] = [];
          for (const { kind, which } of events) {
            if (kind === 'come') {
              const controller = new AbortController();
              leavers.push(() => controller.abort());
              void Promise.resolve(slots.take(controller.signal)).then(
                (slot) => {
                  if (slot) held.add(slot);
                  else refused += 1;
                },
                () => {
                  left += 1;
                },
              );
            }
            if (kind === 'leave') leavers[which % leavers.length]?.();
            const slot = kind.startsWith('end') ? [...held][which % held.size] : undefined;
            if (slot) held.delete(slot);
            slot?.free();
            if (kind === 'end twice') slot?.free();
            await new Promise(setImmediate);
            expect(held.size).toBe(slots.active);
            expect(slots.active).toBeLessThanOrEqual(places);
            expect(slots.queued).toBeLessThanOrEqual(2);
            if (slots.queued > 0) expect(slots.active).toBe(places);
          }
          for (const leave of leavers) leave();
          for (const slot of held) slot.free();
          expect(slots).toMatchObject({ active: 0, queued: 0 });
        },
      ),
      { numRuns: fuzzRuns(100) },
    );
    expect(refused).toBeGreaterThan(50);
    expect(left).toBeGreaterThan(50);
  });
});
