import { describe, expect, it } from 'vitest';
import {
  DocumentPace,
  MAX_WAITING_DOCUMENTS,
  MAX_WAITING_DOCUMENTS_OF_ADDRESS,
} from '../../src/server/document-pace.ts';
import { createClock } from '../support/clock.ts';

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A pace whose documents take `cost` milliseconds each, after a promise. */
function startPace(cost: number) {
  const clock = createClock();
  const pace = new DocumentPace(clock);
  const begun: number[] = [];
  const retried: number[] = [];
  const run = (which: number, address = '203.0.113.7', options: { text?: string; hasLeft?: boolean } = {}) =>
    pace.run({
      text: options.text,
      addressOf: () => address,
      begin() {
        if (options.hasLeft) return false;
        begun.push(which);
        clock.advance(cost);
        return true;
      },
      retry: () => void retried.push(which),
    });
  return { run, begun, retried };
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('new documents', () => {
  it.each([
    ['cheap ones at once', 0, 1_000, 1_000],
    ['those within the budget at once', 4, 10, 3],
    ['one that exceeds it', 10, 10, 1],
  ])('begin in the turn in which they arrive: %s', async (_which, cost, count, atOnce) => {
    const { run, begun } = startPace(cost);
    for (const which of numbers(Math.min(count, atOnce + 5))) run(which);
    expect(begun).toHaveLength(atOnce);
  });

  it('that wait begin one in each turn, in their order, also where others arrive', async () => {
    const { run, begun } = startPace(10);
    for (const which of numbers(4)) run(which);
    const perTurn: number[] = [];
    while (begun.length < 5) {
      await nextTurn();
      if (perTurn.length === 0) run(4);
      perTurn.push(begun.length);
    }
    expect(begun).toEqual(numbers(5));
    for (const [index, count] of perTurn.entries()) expect(count - (perTurn[index - 1] ?? 1)).toBeLessThan(2);
    await nextTurn();
    await nextTurn();
    run(5);
    expect(begun).toHaveLength(6);
  });

  it('are refused where too many wait', async () => {
    const { run, begun } = startPace(10);
    run(0);
    for (const which of numbers(MAX_WAITING_DOCUMENTS_OF_ADDRESS)) run(which);
    expect(() => run(0)).toThrow(expect.objectContaining({ code: 'OVERLOADED', retryAfter: 1 }));
    for (const which of numbers(MAX_WAITING_DOCUMENTS - MAX_WAITING_DOCUMENTS_OF_ADDRESS))
      run(which, '198.51.100.66');
    expect(() => run(0, '192.0.2.1')).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    while (begun.length < 1 + MAX_WAITING_DOCUMENTS) await nextTurn();
    await nextTurn();
    run(0);
    expect(begun).toHaveLength(2 + MAX_WAITING_DOCUMENTS);
  });

  describe('with the same text', () => {
    const COUNT = 2 * MAX_WAITING_DOCUMENTS;
    const text = '{ me { id } }';

    it.each([
      ['that begins at once', 0],
      ['that waits', 1],
    ])('wait as one, and are retried in the turn after it: %s', async (_which, others) => {
      const { run, begun, retried } = startPace(10);
      for (const which of numbers(others)) run(which);
      for (const which of numbers(COUNT)) run(which + others, '203.0.113.7', { text });
      while (begun.length <= others) await nextTurn();
      expect(retried).toEqual([]);
      await nextTurn();
      expect(begun).toEqual(numbers(1 + others));
      expect(retried).toEqual(numbers(COUNT - 1).map((index) => index + 1 + others));
    });

    it('do not wait for one whose client has left', async () => {
      const { run, begun, retried } = startPace(10);
      run(0);
      for (const which of [1, 2]) run(which, '203.0.113.7', { text, hasLeft: true });
      for (const which of [3, 4]) run(which, '203.0.113.7', { text });
      while (begun.length < 2) await nextTurn();
      await nextTurn();
      expect([begun, retried]).toEqual([[0, 3], [4]]);
    });

    it('begin anew after a turn, and do not pass those that wait', async () => {
      const { run, begun } = startPace(10);
      run(0, '203.0.113.7', { text });
      run(1, '203.0.113.7', { text: '{ other }' });
      run(2);
      await nextTurn();
      run(3, '203.0.113.7', { text });
      while (begun.length < 4) await nextTurn();
      expect(begun).toEqual([0, 1, 2, 3]);
    });
  });
});
