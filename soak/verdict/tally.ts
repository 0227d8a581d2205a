// What was seen: answers, and what should not have been.
import type { Judged } from './judge.ts';

/** Something that must not be. `at` is in seconds since the start. */
export interface Violation {
  readonly at: number;
  readonly what: string;
}

/** All that was seen. */
export interface Tally {
  /** Milliseconds since the epoch. */
  readonly began: number;
  /** Answers by kind of question and by what they amount to. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly violations: readonly Violation[];
  note(judged: Judged): void;
  /** Counts a client that left. */
  noteLeft(kind: string): void;
  violate(what: string): void;
}

/** Makes an empty tally. */
export function createTally(): Tally {
  const began = Date.now();
  const answers = new Map<string, Map<string, number>>();
  const violations: Violation[] = [];
  const count = (kind: string, outcome: string) => {
    const ofKind = answers.get(kind) ?? new Map<string, number>();
    answers.set(kind, ofKind.set(outcome, (ofKind.get(outcome) ?? 0) + 1));
  };
  return {
    began,
    answers,
    violations,
    note: ({ question: { kind }, reading: { outcome, fieldCodes } }) =>
      count(kind, fieldCodes.length > 0 ? `data, ${[...new Set(fieldCodes)].sort().join(', ')}` : outcome),
    noteLeft: (kind) => count(kind, 'left'),
    violate: (what) => void violations.push({ at: Math.round((Date.now() - began) / 1000), what }),
  };
}
