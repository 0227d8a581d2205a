import { describe, expect, it } from 'vitest';
import { TurnQueue } from '../../src/core/turn-queue.ts';

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('work that is ready at the same moment', () => {
  it('begins in its order, two pieces in each turn of the event loop', async () => {
    const queue = new TurnQueue();
    for (let round = 0; round < 2; round += 1) {
      const begun: number[] = [];
      for (const which of [1, 2, 3, 4, 5]) void queue.next().then(() => begun.push(which));
      expect(queue.isEmpty).toBe(false);
      const perTurn: number[] = [];
      while (begun.length < 5) {
        await nextTurn();
        perTurn.push(begun.length);
      }
      expect(begun).toEqual([1, 2, 3, 4, 5]);
      expect(perTurn).toEqual([2, 4, 5]);
      expect(queue.isEmpty).toBe(true);
    }
  });

  it('includes what is added while it begins', async () => {
    const queue = new TurnQueue();
    const begun: number[] = [];
    const add = (which: number): Promise<unknown> =>
      queue.next().then(() => {
        begun.push(which);
        return which < 5 ? add(which + 1) : undefined;
      });
    await add(1);
    expect(begun).toEqual([1, 2, 3, 4, 5]);
    expect(queue.isEmpty).toBe(true);
  });
});
