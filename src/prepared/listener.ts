// The short way for operations that Yoga has prepared: the same token, limits, context, execution, masking, log and
// counts, by the same functions, without the plumbing in between. Whatever is unusual goes Yoga's way.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type DocumentNode, type ExecutionResult, execute, getOperationAST } from 'graphql';
import { createContext } from '../context.ts';
import { AppError, missingToken } from '../errors.ts';
import { createComplexityCheck } from '../plugins/complexity.ts';
import { refusalParts } from '../plugins/refusal.ts';
import { noteCode, type RequestState } from '../plugins/request-state.ts';
import { createCors } from '../plugins/use-cors.ts';
import { reportErrors } from '../plugins/use-error-report.ts';
import { limitTime } from '../plugins/use-execution-timeout.ts';
import { tooManyInFlight } from '../plugins/use-in-flight-limit.ts';
import {
  createOperationStore,
  type JsonMediaType,
  type OperationStore,
} from '../plugins/use-operation-store.ts';
import { requestIdOf } from '../plugins/use-request-id.ts';
import { noteRequest, operationNameOf } from '../plugins/use-request-log.ts';
import { ANSWER_HEADERS } from '../plugins/use-response-headers.ts';
import { createServer, createServerParts, type ServerOptions, type ServerParts } from '../server.ts';
import type { Services } from '../services.ts';
import { type Answer, answerOf } from './answer.ts';
import { type CommonOperation, isCommonRequest, readBody, readOperation } from './common-request.ts';

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
  return createPreparedListener(services, { ...parts, store });
}

function createPreparedListener(
  services: Services,
  { server, schema, mask, store }: ServerParts & { readonly store: OperationStore },
): RequestListener {
  const { config, logger, traffic, authenticate, readAddress, telemetry } = services;
  const corsHeaders = createCors(config.corsOrigins);
  const checkComplexity = createComplexityCheck(config.documentLimits.maxComplexity);

  async function listen(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const state: RequestState = { startedAt: performance.now(), req: request };
    const mediaType = isCommonRequest(request, config.bodyLimit)
      ? store.mediaTypes.get(request.headers.accept ?? '')
      : undefined;
    if (mediaType === undefined) return void server(request, response);
    let body: string;
    try {
      body = await readBody(request);
    } catch {
      return; // The client left while it was still speaking.
    }
    const operation = readOperation(body);
    const document = operation && store.documents.get(operation.query);
    if (!document || !getOperationAST(document, operation.operationName)) {
      // Yoga takes a body that has been read from where body parsers leave it.
      void server(Object.assign(request, { body: alreadyRead(body) }), response);
      return;
    }
    traffic.inFlight += 1;
    try {
      await answer({ ...operation, document, mediaType }, { request, response, state });
    } finally {
      traffic.inFlight -= 1;
    }
  }

  async function answer(operation: Prepared, exchange: Exchange): Promise<void> {
    const { request, response, state } = exchange;
    const { headers } = request;
    state.requestId = requestIdOf(header(headers, 'x-request-id'));
    telemetry.observe({ kind: 'prepared' });
    let found: Answer;
    try {
      if (traffic.inFlight > config.maxInFlight) throw tooManyInFlight();
      await identify(exchange);
      found = tell(await executeOperation(operation, exchange), operation, exchange);
    } catch (error) {
      found =
        error instanceof AppError
          ? refuse(error, exchange)
          : tell({ errors: [mask(error)] }, operation, exchange);
    }
    response.writeHead(found.status, {
      ...found.headers,
      'content-length': Buffer.byteLength(found.body),
      'x-request-id': state.requestId,
      ...ANSWER_HEADERS,
      ...corsHeaders(header(headers, 'origin')),
    });
    response.end(found.body);
    noteRequest(services, { state, status: found.status });
  }

  async function identify({ request, state }: Exchange): Promise<void> {
    const read = (name: string) => header(request.headers, name);
    const peer = request.socket.remoteAddress;
    try {
      state.credentials = await authenticate(read, () =>
        readAddress({ peer, forwarded: read('x-forwarded-for') }),
      );
      if (config.authRequired && !state.credentials) throw missingToken();
    } catch (error) {
      if (error instanceof AppError && error.reason !== undefined) {
        telemetry.observe({ kind: 'token-refused', reason: error.reason });
      }
      throw error;
    }
  }

  async function executeOperation(
    operation: Prepared,
    { response, state }: Exchange,
  ): Promise<ExecutionResult> {
    const { document, operationName, variables: variableValues = {} } = operation;
    const args = { schema, document, operationName, variableValues };
    state.operation = operationNameOf(getOperationAST(document, operationName));
    const refused = checkComplexity(args);
    if (refused) return { errors: [mask(refused)] };
    const contextValue = createContext({
      services,
      request: departureOf(response),
      requestId: state.requestId ?? '',
      credentials: state.credentials,
      onUpstreamCall: () => {
        state.upstreamCalls = (state.upstreamCalls ?? 0) + 1;
      },
    });
    const result = execute({ ...args, contextValue });
    const settled =
      result instanceof Promise
        ? await limitTime(result, { lifetime: contextValue.lifetime, timeout: config.executionTimeout })
        : result;
    return settled.errors ? { ...settled, errors: settled.errors.map(mask) } : settled;
  }

  function refuse(error: AppError, { request, state }: Exchange): Answer {
    noteCode(state, error.code);
    return refusalParts(error, request.headers.accept);
  }

  function tell(result: ExecutionResult, { mediaType }: Prepared, { response, state }: Exchange): Answer {
    return answerOf(reportErrors(result, { state, logger, aborted: response.destroyed }), mediaType);
  }

  return (request, response) => {
    listen(request, response).catch((error) => {
      logger.error({ err: error }, 'Unexpected error');
      response.destroy();
    });
  };
}

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

/** A signal that aborts when the connection closes before the answer is sent; made when first asked for. */
function departureOf(response: ServerResponse): { readonly signal: AbortSignal } {
  let controller: AbortController | undefined;
  return {
    get signal() {
      if (!controller) {
        const made = new AbortController();
        controller = made;
        response.once('close', () => {
          if (!response.writableFinished) made.abort();
        });
      }
      return controller.signal;
    },
  };
}
