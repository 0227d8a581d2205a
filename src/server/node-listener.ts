// The short way for operations that Yoga has prepared: the same token, limits, context, execution, masking, log and
// counts, by the same functions, without the plumbing in between. Whatever is unusual goes Yoga's way.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type DocumentNode, type ExecutionResult, execute, getOperationAST } from 'graphql';
import { AppError, missingToken } from '../core/errors.ts';
import { type MaybePromise, whenSettled } from '../core/settled.ts';
import { createComplexityCheck } from '../documents/complexity.ts';
import {
  createOperationStore,
  type JsonMediaType,
  type OperationStore,
} from '../documents/operation-store.ts';
import { createCors } from '../pipeline/cors.ts';
import { reportErrors } from '../pipeline/error-report.ts';
import { noteCode, type RequestState } from '../pipeline/exchange.ts';
import { tooManyInFlight } from '../pipeline/in-flight-limit.ts';
import { refusalParts } from '../pipeline/refusal.ts';
import { requestIdOf } from '../pipeline/request-id.ts';
import { noteRequest, operationNameOf } from '../pipeline/request-log.ts';
import { ANSWER_HEADERS } from '../pipeline/response-headers.ts';
import { limitTime } from '../pipeline/time-limit.ts';
import type { Services } from '../process/services.ts';
import { createCancellation, type OnDisconnect } from '../request/cancellation.ts';
import { createContext } from '../request/context.ts';
import { type Answer, answerOf } from './answer.ts';
import { type CommonOperation, isCommonRequest, readBody, readOperation } from './common-request.ts';
import { createServer, createServerParts, type ServerOptions, type ServerParts } from './create-server.ts';

interface Prepared extends CommonOperation {
  readonly document: DocumentNode;
  readonly mediaType: JsonMediaType;
}

/**
 * Makes node's listener: prepared operations in front of the whole of Yoga. It is Yoga alone where the configuration
 * says so, and where plugins of others or tracing would not see what goes the short way.
 */
export function createListener(services: Services, options: ServerOptions = {}): RequestListener {
  if (!services.config.preparedOperations) return createServer(services, options);
  if (services.tracing || options.plugins?.length) {
    const reason = services.tracing ? 'traces are made' : "there are plugins other than the server's own";
    services.logger.info({ reason }, 'Prepared operations are off');
    return createServer(services, options);
  }
  const store = options.operations ?? createOperationStore();
  const parts = createServerParts(services, { ...options, operations: store });
  return createPreparedListener(services, { ...parts, store, options });
}

function createPreparedListener(
  services: Services,
  {
    server,
    schema,
    mask,
    store,
    options,
  }: ServerParts & { readonly store: OperationStore; readonly options: ServerOptions },
): RequestListener {
  const { config, logger, traffic, authenticate, readAddress, events, fetchProfile } = services;
  const corsHeaders = createCors(config.corsOrigins);
  const checkComplexity = createComplexityCheck(config.documentLimits.maxComplexity);

  function listen(request: IncomingMessage, response: ServerResponse): void {
    const state: RequestState = { startedAt: performance.now(), req: request };
    const mediaType = isCommonRequest(request, config.bodyLimit)
      ? store.mediaTypes.get(request.headers.accept ?? '')
      : undefined;
    if (mediaType === undefined) return void server(request, response);
    readBody(request, (body) => {
      const operation = readOperation(body);
      const document = operation && preparedDocument(operation);
      if (document && getOperationAST(document, operation.operationName)) {
        // What is spread comes last: else Node 20 makes a hidden class for each object (docs/performance.md).
        return answer({ document, mediaType, ...operation }, { request, response, state });
      }
      // Yoga takes a body that has been read from where body parsers leave it.
      void server(Object.assign(request, { body: alreadyRead(body) }), response);
    });
  }

  /** What there is not, or is not allowed, is for Yoga to prepare or to refuse. */
  function preparedDocument({ query, persistedId = '' }: CommonOperation): DocumentNode | undefined {
    const { persisted } = config;
    if (query && persisted?.only) return undefined;
    const text = query || persisted?.documents.get(persistedId);
    return text === undefined ? undefined : store.documents.get(text);
  }

  /** From here to the answer nothing waits unless it must: a token that is new, a resolver that fetches. */
  function answer(operation: Prepared, exchange: Exchange): void {
    const { request, response, state } = exchange;
    state.requestId = requestIdOf(header(request.headers, 'x-request-id'));
    events.emit(PREPARED);
    traffic.inFlight += 1;
    void whenSettled(
      () =>
        whenSettled(
          () => identify(exchange),
          () => executeOperation(operation, exchange),
          (error) => refuse(error, operation, exchange),
        ),
      (found) => {
        traffic.inFlight -= 1;
        send(found, exchange);
      },
      (error) => {
        logger.error({ err: error }, 'Unexpected error');
        response.destroy();
      },
    );
  }

  function identify({ request, state }: Exchange): MaybePromise<void> {
    if (traffic.inFlight > config.maxInFlight) throw tooManyInFlight();
    const read = (name: string) => header(request.headers, name);
    const address = () =>
      readAddress({ peer: request.socket.remoteAddress, forwarded: read('x-forwarded-for') });
    return whenSettled(
      () => authenticate(read, address),
      (credentials) => {
        state.credentials = credentials;
        if (config.authRequired && !credentials) throw missingToken();
      },
      (error) => {
        if (error instanceof AppError && error.reason !== undefined) {
          events.emit({ kind: 'token-refused', reason: error.reason });
        }
        throw error;
      },
    );
  }

  function executeOperation(operation: Prepared, exchange: Exchange): MaybePromise<Answer> {
    const { response, state } = exchange;
    const { document, operationName, variables: variableValues = {} } = operation;
    const args = { schema, document, operationName, variableValues };
    state.operation = operationNameOf(getOperationAST(document, operationName));
    const refused = checkComplexity(args);
    if (refused) return toAnswer({ errors: [refused] }, operation, exchange);
    const contextValue = createContext({
      fetchProfile,
      sources: options.sources ?? {},
      createLoaders: options.createLoaders,
      cancellation: createCancellation(whenClosed(response)),
      requestId: state.requestId ?? '',
      credentials: state.credentials,
      onUpstreamCall: () => {
        state.upstreamCalls = (state.upstreamCalls ?? 0) + 1;
      },
    });
    const result = execute({ contextValue, ...args });
    if (!(result instanceof Promise)) {
      contextValue.release();
      return toAnswer(result, operation, exchange);
    }
    const limit = { cancellation: contextValue.cancellation, timeout: config.executionTimeout };
    const release = () => contextValue.release();
    result.then(release, release);
    return limitTime(result, limit).then((settled) => toAnswer(settled, operation, exchange));
  }

  function toAnswer(result: Unmasked, { mediaType }: Prepared, { response, state }: Exchange): Answer {
    const { errors, ...rest } = result;
    if (!errors) return answerOf(rest, mediaType);
    // In the order of graphql-js, as Yoga writes it.
    const masked = { errors: errors.map(mask), ...rest };
    return answerOf(reportErrors(masked, { state, logger, aborted: response.destroyed }), mediaType);
  }

  function refuse(error: unknown, operation: Prepared, exchange: Exchange): Answer {
    if (!(error instanceof AppError)) return toAnswer({ errors: [error] }, operation, exchange);
    noteCode(exchange.state, error.code);
    return refusalParts(error, exchange.request.headers.accept);
  }

  function send({ status, headers, body }: Answer, { request, response, state }: Exchange): void {
    const all = ['content-length', String(Buffer.byteLength(body)), 'x-request-id', state.requestId ?? ''];
    all.push(...ANSWER_HEADER_LIST);
    for (const name in headers) all.push(name, headers[name] ?? '');
    const cors = corsHeaders(header(request.headers, 'origin'));
    for (const name in cors) all.push(name, cors[name] ?? '');
    response.writeHead(status, all);
    response.end(body);
    noteRequest(services, { state, status });
  }

  return listen;
}

/** A flat list is what node writes fastest. */
const ANSWER_HEADER_LIST = Object.entries(ANSWER_HEADERS).flat();

const PREPARED = { kind: 'fast-path' } as const;

/** A result whose errors clients may not see yet. */
type Unmasked = Pick<ExecutionResult, 'data'> & { readonly errors?: readonly unknown[] };

/** As a stream: of a string, whatwg-node would list the index of every character. */
function alreadyRead(text: string) {
  return {
    text,
    async *[Symbol.asyncIterator]() {
      yield Buffer.from(text);
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly state: RequestState;
}

function header(headers: IncomingMessage['headers'], name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** Whoever waits for an answer leaves by closing the connection. */
function whenClosed(response: ServerResponse): OnDisconnect {
  return (leave) => {
    const listener = () => {
      if (!response.writableFinished) leave(new DOMException('The client has left', 'AbortError'));
    };
    if (response.destroyed) listener();
    else response.once('close', listener);
    return () => response.off('close', listener);
  };
}
