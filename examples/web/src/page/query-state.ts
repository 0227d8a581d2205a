import { useState } from 'react';
import type { Problem } from './problem.ts';

/** The result of a query, independent of the GraphQL client. A partial result has both data and problems. */
export interface QueryResult<Data> {
  readonly data: Data | undefined;
  readonly problems: readonly Problem[];
}

/** A query with its last result; `ask` sends it again. */
export interface QueryState<Data> extends QueryResult<Data> {
  readonly loading: boolean;
  ask(): void;
}

/** Keeps the last data, so that a failed query does not empty the page. */
export function useLastKnown<Data>(query: QueryState<Data>): QueryState<Data> {
  const [last, setLast] = useState(query.data);
  if (query.data !== undefined && query.data !== last) setLast(query.data);
  return { ...query, data: query.data ?? last };
}
