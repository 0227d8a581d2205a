// A step is one thing that happens to every request. Both adapters walk the same list of steps.
import type { GraphQLError } from 'graphql';

/** A value, or the promise of one. */
type MaybePromise<T> = T | Promise<T>;

/** The request and what is known of it so far. */
export type Exchange = object;

/** An operation that is about to be executed. */
export type Operation = object;

/** The kinds of requests that a step can be limited to. */
export type Route = 'graphql' | 'rest' | 'webhook' | 'page' | 'health' | 'preflight';

/** Optional hooks, called in the order of the list. */
export interface Step {
  readonly name: string;
  /** `graphql` and `rest` by default. */
  readonly routes?: readonly Route[];
  /** The headers have arrived, the body has not been read. Throws `AppError` to refuse. */
  admit?(exchange: Exchange): MaybePromise<void>;
  /** The body is complete: from here the request is in flight. Throws `AppError` to refuse. */
  begin?(exchange: Exchange): void;
  /** Before execution. */
  check?(operation: Operation, exchange: Exchange): GraphQLError | undefined;
  /** Around execution. */
  execute?<Result>(
    operation: Operation,
    next: () => MaybePromise<Result>,
    exchange: Exchange,
  ): MaybePromise<Result>;
  /** Headers of every answer, refusals included. */
  headers?(exchange: Exchange): readonly string[];
  /** Once: the last byte has been sent, or the client has disconnected. */
  done?(exchange: Exchange, status: number): void;
}
