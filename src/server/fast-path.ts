// The fast path: operations that Yoga has parsed and validated before are executed without it, through the same steps.
import type { MaybePromise } from '@whatwg-node/promise-helpers';
import { type DocumentNode, execute, type GraphQLSchema } from 'graphql';
import type { PersistedDocuments } from '../core/config/config.ts';
import type { Emit } from '../core/events.ts';
import { EXECUTION_OPTIONS } from '../documents/execution-options.ts';
import { isStorable, type JsonMediaType, type OperationStore } from '../documents/operation-store.ts';
import { type DocumentParams, documentText } from '../documents/persisted-documents.ts';
import type { ReportErrors } from '../pipeline/error-report.ts';
import type { Exchange } from '../pipeline/exchange.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Answer } from '../pipeline/refusal.ts';
import type { Operation, Result } from '../pipeline/step.ts';
import { createCancellation } from '../request/cancellation.ts';
import { answerOf, shownOf } from './answer.ts';
import type { AnswerPace } from './answer-pace.ts';
import { type OperationRequest, readOperation } from './operation-request.ts';
import { readUrlParams } from './request-params.ts';
import type { ResponseLimit } from './response-limit.ts';

/** An operation that the fast path can execute. */
export interface PreparedOperation {
  readonly document: DocumentNode;
  readonly mediaType: JsonMediaType;
  readonly request: OperationRequest;
}

/** The operation that a body asks for, as far as it is known. */
export interface FoundOperation extends FoundDocument {
  /** The operation, or `undefined` where Yoga must answer: to validate it first, or to refuse it. */
  readonly prepared: PreparedOperation | undefined;
}

/** What is known of the document that a request asks for. */
export interface FoundDocument {
  /** Its text, where the request names one in the common shape. */
  readonly text: string | undefined;
  /** Whether it has been validated: where Yoga answers all the same, it costs no more than its execution. */
  readonly isKnown: boolean;
}

/** The request that an answer is for. */
interface AnsweredRequest {
  readonly exchange: Exchange;
  readonly mediaType: JsonMediaType;
}

/** The fast path. */
export interface FastPath {
  find(exchange: Exchange, body: string): FoundOperation;
  /** The document that a URL asks for, which Yoga answers. */
  findInUrl(url: string): FoundDocument;
  execute(operation: PreparedOperation, exchange: Exchange): MaybePromise<Answer>;
}

/** What the fast path is made from. */
export interface FastPathOptions {
  readonly schema: GraphQLSchema;
  readonly pipeline: Pipeline;
  readonly store: OperationStore;
  readonly persisted: PersistedDocuments | undefined;
  readonly reportErrors: ReportErrors;
  readonly responseLimit: ResponseLimit;
  readonly pace: AnswerPace;
  readonly emit: Emit;
}

/** Creates the fast path. */
export function createFastPath(options: FastPathOptions): FastPath {
  const { schema, pipeline, store, persisted, reportErrors, responseLimit, pace, emit } = options;

  function textOf(read: () => DocumentParams): string | undefined {
    try {
      return documentText(read(), persisted);
    } catch {
      return undefined;
    }
  }

  /** Errors are in the order of graphql-js, as Yoga writes them. */
  function answer({ errors, ...rest }: Result, operation: Operation, request: AnsweredRequest): Answer {
    const { exchange, mediaType } = request;
    const reported = errors ? { errors: reportErrors(errors, exchange), ...rest } : rest;
    const body = responseLimit.serialise(shownOf(reported), operation);
    if (body !== undefined) return answerOf(reported, body, mediaType);
    const refused = responseLimit.refuse(exchange);
    return answerOf(refused, JSON.stringify(shownOf(refused)), mediaType);
  }

  /** The answer, at once or in a later turn of the event loop. */
  function paced(result: Result, operation: Operation, request: AnsweredRequest): MaybePromise<Answer> {
    if (!pace.isFull) return answer(result, operation, request);
    return pace.later(() => answer(result, operation, request));
  }

  function executeNow(operation: Operation, request: AnsweredRequest): MaybePromise<Answer> {
    const result = pipeline.execute(operation, execute, request.exchange);
    if (result instanceof Promise) return result.then((settled) => paced(settled, operation, request));
    return paced(result, operation, request);
  }

  return {
    find(exchange, body) {
      const request = readOperation(body);
      const text = request && textOf(() => request);
      const document = text === undefined ? undefined : store.documents.get(text);
      if (!request || !document) return { prepared: undefined, text, isKnown: false };
      const mediaType = store.mediaTypes.get(exchange.header('accept') ?? '');
      const isFast = mediaType !== undefined && isStorable(document, request.operationName);
      return { prepared: isFast ? { document, mediaType, request } : undefined, text, isKnown: true };
    },
    findInUrl(url) {
      const text = textOf(() => readUrlParams({ url }));
      return { text, isKnown: text !== undefined && store.documents.get(text) !== undefined };
    },
    execute(prepared, exchange) {
      const { document, request } = prepared;
      emit(FAST_PATH);
      const operation: Operation = {
        schema,
        document,
        operationName: request.operationName,
        variableValues: request.variables ?? NO_VARIABLES,
        rootValue: undefined,
        options: EXECUTION_OPTIONS,
        cancellation: createCancellation((listener) => exchange.onDisconnect(listener)),
        contextValue: undefined,
      };
      const refused = pipeline.check(operation, exchange);
      const answered = { exchange, mediaType: prepared.mediaType };
      if (refused) return answer({ errors: [refused] }, operation, answered);
      if (pace.isBusy) return pace.begin(() => executeNow(operation, answered));
      return executeNow(operation, answered);
    },
  };
}

const FAST_PATH = { kind: 'fast-path' } as const;
const NO_VARIABLES = {};
