// Subscriptions: graphql-js would execute every event with the context of the subscription. Here each event is an execution
// of its own, with a new context, new loaders and its own time limit.
import { createSourceEventStream, type ExecutionArgs, GraphQLError } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import type { Emit } from '../core/events.ts';
import type { Logger } from '../core/logger.ts';
import { EXECUTION_OPTIONS } from '../documents/execution-options.ts';
import type { CreateContext } from '../pipeline/context.ts';
import type { Exchange } from '../pipeline/exchange.ts';
import { leaveInFlight } from '../pipeline/in-flight-limit.ts';
import type { OpenStream } from '../pipeline/open-stream.ts';
import type { Result } from '../pipeline/step.ts';
import { limitTime } from '../pipeline/time-limit.ts';
import type { Traffic } from '../process/services.ts';
import { type Cancellation, createCancellation } from '../request/cancellation.ts';
import { EventStream, type ExecuteEvent } from './event-stream.ts';

/** What subscriptions need of the server. `timeout` is for the start of the source, in milliseconds. */
export interface SubscriptionOptions {
  readonly createContext: CreateContext;
  readonly traffic: Traffic;
  readonly timeout: number;
  readonly logger: Logger;
  readonly emit: Emit;
}

type Source = AsyncIterator<unknown>;

/** Starts the source of a subscription that was admitted; its context is released when the source has ended. */
export function createSubscribe({ createContext, traffic, timeout, logger, emit }: SubscriptionOptions) {
  async function close(source: Source, { requestId }: Exchange): Promise<void> {
    try {
      await source.return?.();
    } catch (error) {
      logger.warn({ err: error, requestId }, 'The source of a subscription could not be closed');
    }
  }

  return async (
    args: ExecutionArgs,
    { exchange, executeEvent }: { readonly exchange: Exchange; readonly executeEvent: ExecuteEvent },
  ): Promise<AsyncIterable<Result> | Result> => {
    const { stream } = exchange;
    if (!stream) throw new Error('The subscription was not admitted');
    const cancellation = createCancellation((listener) => exchange.onDisconnect(listener));
    const context = createContext(exchange, cancellation);
    const release = () => {
      cancellation.end();
      context.release();
    };
    exchange.onDisconnect(() => stream.end('client'));
    const starting = createSourceEventStream({ ...args, options: EXECUTION_OPTIONS, contextValue: context });
    const source = await startWithin(timeout, { starting, stream, cancellation }).catch((error: unknown) => ({
      errors: [error],
    }));
    if (!isAsyncIterable(source)) {
      // A source may still start, when it is not wanted any more.
      const closeLate = (late: unknown) => {
        if (isAsyncIterable(late)) void close(late[Symbol.asyncIterator](), exchange);
      };
      void starting.then(closeLate, () => {});
      release();
      return withData(source);
    }
    const closeSource = (iterator: Source) => void close(iterator, exchange).then(release);
    leaveInFlight(exchange, traffic);
    stream.started = true;
    return new EventStream({ source, stream, executeEvent, emit, cancellation, closeSource });
  };
}

interface Start<T> {
  readonly starting: Promise<T>;
  readonly stream: OpenStream;
  readonly cancellation: Cancellation;
}

/** Gives up, and aborts the start, when the time is over or the stream has ended before it began. */
function startWithin<T>(timeout: number, { starting, stream, cancellation }: Start<T>): Promise<T | Result> {
  return new Promise((resolve, reject) => {
    // The signal of the source goes on after the start, until the stream ends.
    const limited = { abort: (reason: unknown) => cancellation.abort(reason), end() {} };
    const late = (error: unknown): Result => ({ errors: [error] });
    stream.onEnd(() => {
      cancellation.abort(stream.error);
      // Without an error the client has disconnected.
      resolve(stream.error === undefined ? { data: null } : late(stream.error));
    });
    limitTime<T | Result>(starting, { cancellation: limited, timeout, late }).then(resolve, reject);
  });
}

/**
 * Errors of the field that is subscribed to, such as a refusal by its scope, are answered as those of a query's field: with
 * `data`, and so with status 200. Without a path they refuse the request, as variables that do not fit it do.
 */
function withData(result: Result): Result {
  const isOfField = (error: unknown) => error instanceof GraphQLError && error.path !== undefined;
  return result.errors?.every(isOfField) ? { errors: result.errors, data: null } : result;
}
