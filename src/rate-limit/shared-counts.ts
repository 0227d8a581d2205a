// Counts of all replicas together: each counts by itself, reports its counts, and learns those of the others from the answer.
// No request waits for a report. Without answers the counts of this process decide.
import type { Clock } from '../core/clock.ts';
import type { Counter } from './counter.ts';
import { type CountKind, createSharedCounter, type SharedCount } from './shared-counter.ts';
import { NO_WINDOW, SharedWindow } from './shared-window.ts';

/** What this process has spent of a minute for one user or address, so far. Reporting it twice changes nothing. */
export interface ReportedCount {
  readonly kind: CountKind;
  readonly name: string;
  readonly spent: number;
  /** Whether a report of this count was answered before, in the same minute. */
  readonly isKnown: boolean;
}

/** The answer to a report. */
export interface ReportAnswer {
  /** The time by the clock of Redis, in milliseconds. */
  readonly time: number;
  /** What other replicas have spent, in the order of the report. */
  readonly elsewhere: readonly number[];
  /** Whether a count was missing that is known. */
  readonly isLost: boolean;
}

/** Where all replicas report. */
export interface CountStore {
  /** Reports counts of one minute. Never rejects; `undefined` where there was no answer. */
  report(window: number, counts: readonly ReportedCount[]): Promise<ReportAnswer | undefined>;
  /** Adds a listener that is called when what was reported may be lost. */
  onLoss(listener: () => void): void;
}

/** The counts of one process. */
export interface SharedCounts {
  /** Counts for a budget of `max` a minute. */
  counter(kind: CountKind, max: number): Counter<SharedCount>;
  /** Reports what has to be reported. Never rejects. */
  report(): Promise<void>;
  /** Ends the reports. */
  close(): void;
}

/** `interval` is the time between two reports, in milliseconds. */
export interface SharedCountsOptions {
  readonly store: CountStore;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly interval?: number;
}

/** Counts in one report: Redis does nothing else for half a millisecond. */
const MAX_REPORTED = 200;

/** Counts that wait for a report, or can be reported again: as many as there are users who are remembered. */
const MAX_COUNTS = 50_000;

/** Milliseconds after which Redis is asked for its time, where there is nothing to report. */
const MAX_SILENCE = 10_000;

/** Milliseconds after which an urgent count is reported. */
const URGENT = 20;

/** Milliseconds between two reports of everything. */
const MIN_AGAIN = 5_000;

/** Starts the reports. They keep no process alive. */
export function startSharedCounts(options: SharedCountsOptions): SharedCounts {
  return new Reports(options);
}

class Reports implements SharedCounts {
  readonly #store: CountStore;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #regular: NodeJS.Timeout;
  readonly #window = new SharedWindow();
  #urgent: NodeJS.Timeout | undefined;
  #due: SharedCount[] = [];
  /** What Redis was told of the minute `#toldIn`. */
  #told: SharedCount[] = [];
  #toldIn = NO_WINDOW;
  #isReporting = false;
  #isFailing = false;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #againAt = Number.NEGATIVE_INFINITY;

  constructor({ store, clock, interval = 250 }: SharedCountsOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#regular = setInterval(() => void this.report(), interval).unref();
    store.onLoss(() => this.#reportAgain());
  }

  counter(kind: CountKind, max: number): Counter<SharedCount> {
    const onDue = (count: SharedCount, isUrgent: boolean) => this.#queue(count, isUrgent);
    return createSharedCounter({ kind, max, window: this.#window, onDue });
  }

  #queue(count: SharedCount, isUrgent: boolean): void {
    if (isUrgent && this.#urgent === undefined && !this.#isFailing)
      this.#urgent = setTimeout(() => void this.report(), URGENT).unref();
    if (count.isQueued || this.#due.length >= MAX_COUNTS) return;
    count.isQueued = true;
    this.#due.push(count);
  }

  async report(): Promise<void> {
    clearTimeout(this.#urgent);
    this.#urgent = undefined;
    if (this.#isReporting) return;
    this.#isReporting = true;
    const due = this.#due;
    this.#due = [];
    let isAnswered = due.length > 0 || this.#isSilent() ? await this.#reportSome(due) : true;
    while (isAnswered && due.length > 0) isAnswered = await this.#reportSome(due);
    for (const count of due) this.#due.push(count);
    this.#isFailing = !isAnswered;
    this.#isReporting = false;
  }

  #isSilent(): boolean {
    return this.#clock.monotonic() - this.#answeredAt >= MAX_SILENCE;
  }

  /** Takes as many counts from the end of the list as fit into one report. They stay there if it is not answered. */
  async #reportSome(due: SharedCount[]): Promise<boolean> {
    const window = this.#window.numberAt(this.#clock.monotonic());
    const taken = due.splice(-MAX_REPORTED);
    for (const count of taken) count.isQueued = count.window === window;
    const counts = taken.filter(({ isQueued }) => isQueued);
    const report = counts.map(toReport);
    const answer = await this.#store.report(window, report);
    if (answer === undefined) {
      due.push(...counts);
      return false;
    }
    this.#answeredAt = this.#clock.monotonic();
    this.#window.synchronise(answer.time, this.#answeredAt);
    for (const [index, count] of counts.entries()) {
      count.isQueued = false;
      if (count.window === window)
        this.#learn(count, report[index]?.spent ?? 0, answer.elsewhere[index] ?? 0);
      // Spent while the report was on its way. Otherwise it would wait for the next request of this user.
      const unreported = count.spent - count.reported;
      const { quantum, urgent } = count.budget;
      if (unreported >= quantum) this.#queue(count, unreported >= urgent);
    }
    if (answer.isLost) this.#reportAgain();
    return true;
  }

  /** What others have spent does not shrink within a minute, even if Redis has lost it. */
  #learn(count: SharedCount, reported: number, elsewhere: number): void {
    if (this.#toldIn !== count.window) {
      this.#told = [];
      this.#toldIn = count.window;
    }
    if (count.reported === 0 && this.#told.length < MAX_COUNTS) this.#told.push(count);
    count.reported = reported;
    count.elsewhere = Math.max(count.elsewhere, elsewhere);
  }

  #reportAgain(): void {
    const now = this.#clock.monotonic();
    if (now - this.#againAt < MIN_AGAIN) return;
    this.#againAt = now;
    for (const count of this.#told) {
      if (count.window === this.#toldIn) this.#queue(count, false);
    }
  }

  close(): void {
    clearInterval(this.#regular);
    clearTimeout(this.#urgent);
  }
}

function toReport({ budget: { kind }, name, spent, reported }: SharedCount): ReportedCount {
  return { kind, name, spent, isKnown: reported > 0 };
}
