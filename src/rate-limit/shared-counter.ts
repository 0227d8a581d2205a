// Counts what a user or an address spends in a minute at all replicas: what this process spends itself, and what others have
// spent when this process last asked.
import { type Counter, MINUTE } from './counter.ts';
import { NO_WINDOW, type SharedWindow } from './shared-window.ts';

/** What is counted. */
export type CountKind = 'user' | 'address';

/** What is spent in one minute. */
export interface SharedCount {
  readonly budget: SharedBudget;
  readonly name: string;
  /** The number of the minute. */
  window: number;
  /** When a minute is over that began before Redis told its time. */
  endsAt: number;
  /** By this process. */
  spent: number;
  /** The part of it that Redis has confirmed. */
  reported: number;
  /** By other processes. */
  elsewhere: number;
  /** Whether it waits for a report. */
  isQueued: boolean;
}

/** What all counts of one budget have in common. */
export interface SharedBudget {
  readonly kind: CountKind;
  /** What is not reported until it is so much: 1 % of the budget. */
  readonly quantum: number;
  /** What is reported before the next regular report: 10 % of the budget. */
  readonly urgent: number;
}

/** A counter for a budget of `max` a minute. */
export interface SharedCounterOptions {
  readonly kind: CountKind;
  readonly max: number;
  readonly window: SharedWindow;
  /** Is called for a count that should be reported, for each further one that is spent. */
  readonly onDue: (count: SharedCount, isUrgent: boolean) => void;
}

/** Creates a counter whose minutes are those of `window`. */
export function createSharedCounter({
  kind,
  max,
  window,
  onDue,
}: SharedCounterOptions): Counter<SharedCount> {
  const quantum = Math.max(1, Math.floor(max / 100));
  const budget: SharedBudget = { kind, quantum, urgent: Math.max(1, Math.floor(max / 10)) };

  /** A minute that began before Redis told its time is not cut short. */
  const isOver = (count: SharedCount, now: number) =>
    count.window === NO_WINDOW ? now >= count.endsAt : count.window !== window.numberAt(now);

  return {
    bytes: 104,
    begin: (name, now) => ({
      budget,
      name,
      window: NO_WINDOW,
      endsAt: now + MINUTE,
      spent: 0,
      reported: 0,
      elsewhere: 0,
      isQueued: false,
    }),
    spentOf: (count, now) => (isOver(count, now) ? 0 : count.spent + count.elsewhere),
    waitOf: ({ window: number, endsAt }, now) =>
      Math.max(0, number === NO_WINDOW ? endsAt - now : window.waitAt(now)),
    spend(count, now) {
      if (isOver(count, now)) {
        count.endsAt = now + MINUTE;
        count.spent = 0;
        count.reported = 0;
        count.elsewhere = 0;
      }
      count.window = window.numberAt(now);
      count.spent += 1;
      const unreported = count.spent - count.reported;
      if (unreported >= budget.quantum && count.window !== NO_WINDOW)
        onDue(count, unreported >= budget.urgent);
    },
  };
}
