// Subscriptions: graphql-js would execute every event with the context of the subscription. Here each event is an execution
// of its own, with a new context, new loaders and its own time limit.
import { mapAsyncIterator } from '@whatwg-node/promise-helpers';
import { createSourceEventStream, type ExecutionArgs, GraphQLError } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { EXECUTION_OPTIONS } from '../documents/execution-options.ts';
import type { CreateContext } from '../pipeline/context.ts';
import type { Exchange } from '../pipeline/exchange.ts';
import { leaveInFlight } from '../pipeline/in-flight-limit.ts';
import type { Result } from '../pipeline/step.ts';
import { limitTime } from '../pipeline/time-limit.ts';
import type { Traffic } from '../process/services.ts';
import { createCancellation } from '../request/cancellation.ts';

/** Executes one event. */
export type ExecuteEvent = (event: unknown) => Result | Promise<Result>;

/** What subscriptions need of the server. `timeout` is for the start of the source, in milliseconds. */
export interface SubscriptionOptions {
  readonly createContext: CreateContext;
  readonly traffic: Traffic;
  readonly timeout: number;
}

/** Starts the source of a subscription; its context is released when the stream ends. */
export function createSubscribe({ createContext, traffic, timeout }: SubscriptionOptions) {
  return async (
    args: ExecutionArgs,
    { exchange, executeEvent }: { readonly exchange: Exchange; readonly executeEvent: ExecuteEvent },
  ): Promise<AsyncIterable<Result> | Result> => {
    const cancellation = createCancellation((listener) => exchange.onDisconnect(listener));
    const context = createContext(exchange, cancellation);
    const end = () => {
      cancellation.end();
      context.release();
    };
    // The signal of the source goes on after the start, until the client disconnects.
    const limited = { abort: (reason: unknown) => cancellation.abort(reason), end() {} };
    let isLate = false;
    const started = createSourceEventStream({ ...args, options: EXECUTION_OPTIONS, contextValue: context });
    const closeLate = (source: unknown) => {
      if (isLate) closeSource(source);
    };
    started.then(closeLate, () => {});
    const source = await limitTime<Awaited<typeof started> | Result>(started, {
      cancellation: limited,
      timeout,
      late: (error) => {
        isLate = true;
        return { errors: [error] };
      },
    }).catch((error) => {
      end();
      throw error;
    });
    if (!isAsyncIterable(source)) {
      end();
      return withData(source);
    }
    if (exchange.disconnected) {
      end();
      closeSource(source);
      return { data: null };
    }
    leaveInFlight(exchange, traffic);
    return mapAsyncIterator(source, executeEvent, undefined, end);
  };
}

/** A source that starts when it is not wanted any more: its client has disconnected, or its time is over. */
function closeSource(source: unknown): void {
  if (isAsyncIterable(source))
    source[Symbol.asyncIterator]()
      .return?.()
      ?.catch(() => {});
}

/**
 * Errors of the field that is subscribed to, such as a refusal by its scope, are answered as those of a query's field: with
 * `data`, and so with status 200. Without a path they refuse the request, as variables that do not fit it do.
 */
function withData(result: Result): Result {
  const isOfField = (error: unknown) => error instanceof GraphQLError && error.path !== undefined;
  return result.errors?.every(isOfField) ? { errors: result.errors, data: null } : result;
}
