// Outcomes of calls that answer nothing.
import type { Outcome } from '../../provider/outcomes.ts';

/** The same outcome; a success has this value. */
export function withValue<T>(outcome: Outcome<unknown>, value: T): Outcome<T> {
  return outcome.kind === 'ok' ? { kind: 'ok', value } : outcome;
}

/** Whether the provider answered 500, as it does where a thing that is to be ended has ended before, or one that is set is taken. */
export function isServerError(outcome: Outcome<unknown>): boolean {
  return outcome.kind === 'unavailable' && outcome.status === 500;
}
