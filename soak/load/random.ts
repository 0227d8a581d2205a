// Chance that can be had again: the same seed makes the same choices.

/** Choices out of one seed. */
export interface Random {
  /** From `min` (inclusive) to `max` (exclusive). */
  between(min: number, max: number): number;
  /** Throws where there is nothing to choose from. */
  pick<T>(from: readonly T[]): T;
  shuffle<T>(list: readonly T[]): readonly T[];
}

/** Makes choices by mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (min: number, max: number) => min + next() * (max - min);
  return {
    between,
    pick(from) {
      const [chosen] = from.slice(Math.floor(between(0, from.length)));
      if (chosen === undefined) throw new Error('There is nothing to choose from');
      return chosen;
    },
    shuffle: (list) =>
      list
        .map((item) => ({ item, at: next() }))
        .sort((one, other) => one.at - other.at)
        .map(({ item }) => item),
  };
}
