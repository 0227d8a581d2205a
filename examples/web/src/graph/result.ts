import type { Problem } from './problem.ts';

/** The result of an operation, independent of the GraphQL client. A partial result has both data and problems. */
export interface QueryResult<Data> {
  readonly data: Data | undefined;
  readonly problems: readonly Problem[];
}

/** A query with its last result; `ask` sends it again. */
export interface QueryState<Data> extends QueryResult<Data> {
  readonly loading: boolean;
  ask(): void;
}
