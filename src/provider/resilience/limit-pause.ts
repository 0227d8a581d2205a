// The length of a pause after a 429, and what clients are told during it.
import type { Failure } from '../outcomes.ts';

/** An outcome of a limited call. */
export type Limited = Extract<Failure, { readonly kind: 'limited' }>;

/** The longest pause between two trials, in milliseconds, whatever `Retry-After` says. */
export const LONGEST_PAUSE = 60_000;

/** The pause of a round, in milliseconds: twice as long as that of the round before. */
export function growingPause(first: number, round: number): number {
  return Math.min(first * 2 ** (round - 1), LONGEST_PAUSE);
}

/** The outcome of a call that is not made for so many milliseconds. Clients are told whole seconds, at least one. */
export function limitedFor(milliseconds: number): Limited {
  return { kind: 'limited', retryAfter: Math.max(1, Math.ceil(milliseconds / 1000)) };
}
