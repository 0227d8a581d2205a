import { useState } from 'react';
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

/** The same with the last data there was: a question without an answer takes nothing away. */
export function useLastKnown<Data>(asked: Asked<Data>): Asked<Data> {
  const [last, setLast] = useState(asked.data);
  if (asked.data !== undefined && asked.data !== last) setLast(asked.data);
  return { ...asked, data: asked.data ?? last };
}
