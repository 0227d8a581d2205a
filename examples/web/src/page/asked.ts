import type { Problem } from './problem.ts';

/** What came of a question, whichever client asked it. Data and problems may both be there: an answer in part. */
export interface Answer<Data> {
  readonly data: Data | undefined;
  readonly problems: readonly Problem[];
}

/** A question that can be asked again. */
export interface Asked<Data> extends Answer<Data> {
  readonly loading: boolean;
  ask(): void;
}
