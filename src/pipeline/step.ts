// A step: one thing that happens to every request, with optional hooks that both adapters call at the same moments.
import type { MaybePromise } from '@whatwg-node/promise-helpers';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { EXECUTION_OPTIONS } from '../documents/execution-options.ts';
import type { Cancellation } from '../request/cancellation.ts';
import type { Exchange, Route } from './exchange.ts';

/** Names and values in turn, as Node writes headers fastest. */
export type HeaderList = readonly string[];

/** What is executed for a request: an `Operation` of GraphQL, or the work for an answer of the REST API. */
export interface Execution {
  /** Ends the work of this execution alone. */
  readonly cancellation: Cancellation;
  /** Set by the step that creates it. */
  contextValue: unknown;
}

/** An operation that has been parsed and validated. For a subscription, one event is an operation. */
export interface Operation extends Execution {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variableValues: Readonly<Record<string, unknown>>;
  readonly rootValue: unknown;
  readonly options: typeof EXECUTION_OPTIONS;
}

/** A result whose errors may still be those that were thrown. */
export interface Result {
  readonly data?: ExecutionResult['data'];
  readonly errors?: readonly unknown[] | undefined;
  readonly extensions?: ExecutionResult['extensions'];
}

/**
 * Every hook is optional, and a hook that is absent costs nothing. A hook refuses a request by throwing `AppError`. Only `admit` and
 * `execute` may be async.
 *
 * @example const region: Step = { name: 'region', headers: () => ['x-region', 'eu'] };
 */
export interface Step {
  readonly name: string;
  /** Which requests the step is for: `graphql` and `rest` by default. */
  readonly routes?: readonly Route[];
  /** The headers are complete, the body has not been read. */
  admit?(exchange: Exchange): MaybePromise<void>;
  /** The body is complete: from here the request is in flight. */
  begin?(exchange: Exchange): void;
  /** Of GraphQL: before execution, and once before a subscription starts. What it returns is the answer. */
  check?(operation: Operation, exchange: Exchange): Error | undefined;
  /** Around execution, and around each event of a subscription. */
  execute?(execution: Execution, next: () => MaybePromise<Result>, exchange: Exchange): MaybePromise<Result>;
  /** Headers of every answer, refusals included. */
  headers?(exchange: Exchange): HeaderList;
  /** Called once: the last byte was sent, or the client disconnected (status 499). */
  done?(exchange: Exchange, status: number): void;
}
