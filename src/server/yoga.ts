// The adapter to Yoga: one plugin that calls the steps where Yoga's hooks are, and answers what is no GraphQL.
import { handleMaybePromise, type MaybePromise } from '@whatwg-node/promise-helpers';
import { type DocumentNode, type ExecutionArgs, type ExecutionResult, execute } from 'graphql';
import { isAsyncIterable, mapAsyncIterator, type Plugin, processRegularResult } from 'graphql-yoga';
import type { PersistedDocuments } from '../core/config/config.ts';
import { AppError } from '../core/errors.ts';
import type { DocumentRules } from '../documents/document-rules.ts';
import { EXECUTION_OPTIONS } from '../documents/execution-options.ts';
import { type OperationStore, rememberMediaType } from '../documents/operation-store.ts';
import { documentText } from '../documents/persisted-documents.ts';
import type { Exchange } from '../pipeline/exchange.ts';
import type { MaskError } from '../pipeline/mask-error.ts';
import type { Operation, Result } from '../pipeline/step.ts';
import { createCancellation, type OnDisconnect } from '../request/cancellation.ts';
import { bodyOf, shownOf } from './answer.ts';
import type { AnswerPace } from './answer-pace.ts';
import { readBodyParams, readUrlParams } from './request-params.ts';
import type { ResponseLimit } from './response-limit.ts';
import { sizeOf } from './serialise.ts';
import type { createSubscribe } from './subscription.ts';
import { answerOtherRoutes, type RoutesOptions, type ServerContext } from './yoga-routes.ts';

/** A result that Yoga writes by a function of ours. */
interface WrittenResult extends ExecutionResult {
  readonly stringify?: typeof bodyOf;
}

/** What the adapter joins. */
export interface YogaAdapterOptions extends RoutesOptions {
  readonly rules: DocumentRules;
  readonly persisted: PersistedDocuments | undefined;
  readonly store: OperationStore;
  readonly mask: MaskError;
  readonly responseLimit: ResponseLimit;
  readonly pace: AnswerPace;
  readonly subscribe: ReturnType<typeof createSubscribe>;
}

/** Creates the plugin. It stands before plugins of others. */
export function useSteps(options: YogaAdapterOptions): Plugin<ServerContext, ServerContext> {
  const { pipeline, rules, persisted, store, mask, reportErrors, responseLimit, pace, subscribe } = options;
  const executed = new WeakSet<Exchange>();
  /** Documents that were parsed here, and not by a plugin of others. */
  const texts = new WeakMap<DocumentNode, string>();
  /** Only documents that are executed are kept: they are valid and within all limits. */
  const keep = (document: DocumentNode): void => {
    const text = texts.get(document);
    if (text === undefined) return;
    texts.delete(document);
    store.documents.set(text, document);
  };
  /** Yoga writes copies of the errors, which do not know their locations. */
  const reported = (result: ExecutionResult, exchange: Exchange): WrittenResult => {
    if (!result.errors) return result;
    return { ...result, errors: reportErrors(result.errors, exchange), stringify: bodyOf };
  };
  const limited = (result: Result, operation: Operation, exchange: Exchange): Result => {
    const { errors, ...rest } = result;
    const shown = errors ? { errors: reportErrors(errors, exchange), ...rest } : rest;
    try {
      return responseLimit.fits(shownOf(shown), operation) ? shown : responseLimit.refuse(exchange);
    } catch (error) {
      return { errors: reportErrors([error], exchange) };
    }
  };
  const executeWithin = (operation: Operation, yogaContext: object, exchange: Exchange) => {
    const execute = () => pipeline.execute(operation, (it) => executeIn(it, yogaContext), exchange);
    return handleMaybePromise(
      () => (pace.isBusy ? pace.begin(execute) : execute()),
      (result) =>
        pace.isFull
          ? pace.later(() => limited(result, operation, exchange))
          : limited(result, operation, exchange),
    );
  };
  /** Yoga writes events outside of any promise of ours: one that has no JSON would end the process. */
  const reportedEvent = (event: ExecutionResult, exchange: Exchange): WrittenResult => {
    try {
      const shown = reported(event, exchange);
      sizeOf(shown, Number.MAX_SAFE_INTEGER);
      return shown;
    } catch (error) {
      return { errors: reportErrors([error], exchange), stringify: bodyOf };
    }
  };

  return {
    onRequest: answerOtherRoutes(options),

    onRequestParse({ request, setRequestParser }) {
      setRequestParser(request.method === 'POST' ? readBodyParams : readUrlParams);
    },

    onParams({ params, setParams, context: { exchange } }) {
      if (!exchange.begun) pipeline.begin(exchange);
      const query = documentText(params, persisted);
      if (query !== undefined && query !== params.query) setParams({ ...params, query });
    },

    onParse({ setParseFn }) {
      setParseFn((source, options) => {
        const text = typeof source === 'string' ? source : source.body;
        const known = store.documents.get(text);
        if (known) return known;
        const document = rules.parse(source, options);
        texts.set(document, text);
        return document;
      });
    },

    onValidate({ params: { schema, documentAST }, setResult, setValidationFn }) {
      const refused = rules.measure(schema, documentAST);
      if (refused.length > 0)
        setResult(refused.map((error) => (error instanceof AppError ? mask(error) : error)));
      setValidationFn(rules.validate);
    },

    onExecute({ args, setExecuteFn, setResultAndStopExecution }) {
      const { exchange } = args.contextValue;
      const operation = operationOf(args, (listener) => exchange.onDisconnect(listener));
      const refused = pipeline.check(operation, exchange);
      if (refused) return setResultAndStopExecution({ errors: reportErrors([refused], exchange) });
      keep(args.document);
      executed.add(exchange);
      setExecuteFn(({ contextValue }) => executeWithin(operation, contextValue, exchange));
    },

    onSubscribe({ args, setSubscribeFn, setResultAndStopExecution }) {
      const { exchange } = args.contextValue;
      const refused = pipeline.check(
        operationOf(args, () => () => {}),
        exchange,
      );
      if (refused) return setResultAndStopExecution({ errors: reportErrors([refused], exchange) });
      keep(args.document);
      setSubscribeFn((given) =>
        subscribe(given, {
          exchange,
          executeEvent: (event, onEnd) =>
            executeWithin({ ...operationOf(given, onEnd), rootValue: event }, given.contextValue, exchange),
        }),
      );
    },

    onResultProcess({ result, setResult, resultProcessor, setResultProcessor, serverContext: { exchange } }) {
      // Yoga found no media type for the result, and would answer 406 without a body.
      if (!resultProcessor) setResultProcessor(processRegularResult, 'application/json');
      if (!resultProcessor && isAsyncIterable(result)) {
        exchange.stream?.refuse();
        setResult({ errors: reportErrors([noStreamAccepted()], exchange) });
      } else if (isAsyncIterable(result))
        setResult(mapAsyncIterator(result, (event) => reportedEvent(event, exchange)));
      else if (!Array.isArray(result)) setResult(reported(result, exchange));
    },

    onResponse({ request, response, serverContext: { exchange } }) {
      if (exchange.stream?.started) setStreamHeaders(response.headers);
      const isPage = exchange.route === 'page';
      const list: string[] = [];
      pipeline.addHeaders(list, exchange);
      for (let index = 0; index < list.length; index += 2) {
        const [name = '', value = ''] = [list[index], list[index + 1]];
        if (name === 'set-cookie') response.headers.append(name, value);
        else if (!isPage || !response.headers.has(name)) response.headers.set(name, value);
      }
      if (!executed.has(exchange)) return;
      const accept = request.headers.get('accept') ?? '';
      rememberMediaType(store, { accept, contentType: response.headers.get('content-type') });
    },
  };
}

function noStreamAccepted(): AppError {
  const message = 'A subscription is answered as text/event-stream, which Accept does not allow';
  return new AppError(message, { code: 'BAD_REQUEST', status: 406 });
}

/**
 * The connection of a stream ends with it. The client must know beforehand, else its next request could meet the end. Deleted
 * first: a header that Yoga has set under a name in upper case would be sent twice.
 */
function setStreamHeaders(headers: Headers): void {
  headers.delete('connection');
  headers.set('connection', 'close');
  // nginx would keep events back until its buffer is full.
  headers.set('x-accel-buffering', 'no');
}

function operationOf(args: ExecutionArgs, onDisconnect: OnDisconnect): Operation {
  return {
    schema: args.schema,
    document: args.document,
    operationName: args.operationName ?? undefined,
    variableValues: args.variableValues ?? {},
    rootValue: args.rootValue,
    options: EXECUTION_OPTIONS,
    cancellation: createCancellation(onDisconnect),
    contextValue: undefined,
  };
}

/** Executes by graphql-js, as the fast path does; Yoga's own executor is for incremental delivery, which is not used. */
function executeIn(operation: Operation, yogaContext: object): MaybePromise<Result> {
  const { contextValue } = operation;
  // Plugins of others may have added to Yoga's context.
  if (contextValue instanceof Object) {
    for (const [key, value] of Object.entries(yogaContext))
      if (!(key in contextValue)) Object.assign(contextValue, { [key]: value });
  }
  return execute(operation);
}
