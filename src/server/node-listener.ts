// The adapter to node:http: it reads the body for both adapters, executes what the fast path knows, and hands the rest to Yoga.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { handleMaybePromise, type MaybePromise } from '@whatwg-node/promise-helpers';
import type { ReportErrors } from '../pipeline/error-report.ts';
import type { Exchange } from '../pipeline/exchange.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { CLIENT_CLOSED } from '../pipeline/request-log.ts';
import { MAX_WEBHOOK_BODY } from '../provider/webhook.ts';
import type { BodyBudgets } from './bodies/body-budgets.ts';
import { textOfBody } from './bodies/body-text.ts';
import { watchDiscarded } from './bodies/discard-body.ts';
import { BodyReader } from './bodies/read-body.ts';
import type { DocumentPace } from './document-pace.ts';
import type { FastPath, FoundDocument } from './fast-path.ts';
import { NodeExchange } from './node-exchange.ts';
import { createNodeWriter } from './node-writer.ts';
import { createReadPath } from './request-target.ts';
import { onClose } from './response-close.ts';
import type { AnswerRest } from './rest.ts';
import type { Router } from './route.ts';
import { createSocketCloses } from './socket-close.ts';
import { type UnreadAnswers, watchWrites } from './unread-answers.ts';
import type { ReceiveWebhook } from './webhooks.ts';

/** The listener of Yoga, given the exchange of the request. */
export type YogaListener = (
  request: IncomingMessage,
  response: ServerResponse,
  context: { readonly exchange: Exchange },
) => unknown;

/** What the adapter joins. Without a fast path Yoga answers everything. `bodyLimit` is in bytes. */
export interface NodeListenerOptions {
  readonly pipeline: Pipeline;
  readonly router: Router;
  readonly rest: AnswerRest;
  readonly webhooks: ReceiveWebhook | undefined;
  readonly bodyLimit: number;
  readonly budgets: BodyBudgets;
  readonly unread: UnreadAnswers;
  readonly yoga: YogaListener;
  readonly fastPath: FastPath | undefined;
  readonly documentPace: DocumentPace;
  readonly addressOf: (exchange: NodeExchange) => string;
  readonly reportErrors: ReportErrors;
}

/** Creates the listener. */
export function createNodeListener(options: NodeListenerOptions): RequestListener {
  const { pipeline, router, bodyLimit, budgets, unread, yoga, fastPath, reportErrors } = options;
  const { documentPace, addressOf, rest, webhooks } = options;
  const readPath = createReadPath();
  const socketCloses = createSocketCloses();
  const { send, refuse, cut } = createNodeWriter({ pipeline, bodyLimit, budgets, unread, reportErrors });
  const reading = {
    limit: bodyLimit,
    budgets,
    use: (bytes: Buffer, exchange: NodeExchange) =>
      attempt(exchange, () => execute(exchange, textOfBody(bytes))),
    refuse,
    cut,
  };
  const readingWebhook = {
    ...reading,
    limit: MAX_WEBHOOK_BODY,
    use: (bytes: Buffer, exchange: NodeExchange) => attempt(exchange, () => receive(exchange, bytes)),
  };

  function proceed(exchange: NodeExchange): MaybePromise<void> {
    // The client may have disconnected while the request was admitted.
    if (exchange.ended) return;
    if (exchange.route === 'graphql') pipeline.begin(exchange);
    if (exchange.method !== 'POST') watchDiscarded(exchange, budgets);
    if (exchange.route === 'rest') {
      return handleMaybePromise(
        () => rest(exchange),
        (answer) => send(answer, exchange),
      );
    }
    if (exchange.route === 'graphql') answerUrl(exchange, { isRetry: false });
    else answerByYoga(exchange);
  }

  /** `text` is that of a new document, whose other requests are answered by `retry`. */
  function answerInTurn(exchange: NodeExchange, text?: string, retry = () => {}): void {
    const begin = () => {
      // The client may have disconnected while the request waited.
      if (exchange.ended) return false;
      attempt(exchange, () => answerByYoga(exchange));
      return true;
    };
    documentPace.run({ text, begin, retry, addressOf: () => addressOf(exchange) });
  }

  function answerByYoga(exchange: NodeExchange): void {
    const { request, response } = exchange;
    unread.watch(exchange);
    watchWrites(response, () => unread.written(exchange));
    void yoga(request, response, { exchange });
  }

  function receive(exchange: NodeExchange, bytes: Buffer): MaybePromise<void> {
    if (exchange.ended || !webhooks) return undefined;
    return handleMaybePromise(
      () => webhooks(exchange, bytes),
      (answer) => send(answer, exchange),
    );
  }

  /** Nothing waits here unless a resolver does, or the document is new. */
  function execute(exchange: NodeExchange, text: string): MaybePromise<void> {
    if (exchange.ended) return undefined;
    pipeline.begin(exchange);
    return answerBody(exchange, text, { isRetry: false });
  }

  /** A retry waits alone where the document is still new: it may be one that is refused each time. */
  function answerBody(
    exchange: NodeExchange,
    body: string,
    { isRetry }: { readonly isRetry: boolean },
  ): MaybePromise<void> {
    if (exchange.ended) return undefined;
    const found = fastPath?.find(exchange, body);
    if (fastPath && found?.prepared) {
      const answer = fastPath.execute(found.prepared, exchange);
      if (answer instanceof Promise) return answer.then((settled) => send(settled, exchange));
      return send(answer, exchange);
    }
    Object.assign(exchange.request, { body: alreadyRead(body) });
    answerFound(exchange, found, isRetry ? undefined : () => answerBody(exchange, body, { isRetry: true }));
    return undefined;
  }

  function answerUrl(exchange: NodeExchange, { isRetry }: { readonly isRetry: boolean }): void {
    if (exchange.ended) return;
    const found = fastPath?.findInUrl(exchange.request.url ?? '');
    answerFound(exchange, found, isRetry ? undefined : () => answerUrl(exchange, { isRetry: true }));
  }

  function answerFound(
    exchange: NodeExchange,
    found: FoundDocument | undefined,
    retry: (() => MaybePromise<void>) | undefined,
  ): void {
    if (found?.isKnown) answerByYoga(exchange);
    else if (retry) answerInTurn(exchange, found?.text, () => attempt(exchange, retry));
    else answerInTurn(exchange);
  }

  /** The body may be refused or cut before the request is admitted: then it has been answered. */
  async function admitWhenReady(reader: BodyReader, waiting: Promise<void>): Promise<void> {
    try {
      await waiting;
    } catch (error) {
      if (reader.isOver) return;
      reader.stop();
      throw error;
    }
    reader.admit();
  }

  /** Refuses the request where `work` throws or rejects. */
  function attempt(exchange: NodeExchange, work: () => MaybePromise<void>): void {
    try {
      const waiting = work();
      if (waiting instanceof Promise) waiting.catch((error) => refuse(error, exchange));
    } catch (error) {
      refuse(error, exchange);
    }
  }

  /** Ends the exchange, whatever comes first: the last byte is sent, or the connection closes. */
  function endWithConnection(exchange: NodeExchange): void {
    const { request, response } = exchange;
    const end = () => {
      exchange.close();
      const { body, answer } = exchange;
      if (body) budgets.end(body);
      if (answer) unread.end(answer);
      const isSent = response.writableFinished && (answer?.isSent ?? true);
      if (!exchange.ended && !isSent)
        exchange.codes.unshift(answer?.isCut ? 'ANSWER_NOT_READ' : 'CLIENT_CLOSED');
      pipeline.done(exchange, isSent ? response.statusCode : CLIENT_CLOSED);
    };
    onClose(response, end);
    // Queued behind another response of its connection: Node would not tell when that closes.
    if (response.socket === null) onClose(response, socketCloses.add(request.socket, end));
  }

  return (request, response) => {
    const exchange = new NodeExchange({ request, response, path: readPath(request), router });
    endWithConnection(exchange);
    attempt(exchange, () => {
      const waiting = pipeline.admit(exchange);
      const { route, method } = exchange;
      const isRead = method === 'POST' && (route === 'graphql' || route === 'webhook');
      if (!isRead) {
        if (!(waiting instanceof Promise)) return proceed(exchange);
        return waiting.then(() => proceed(exchange));
      }
      const reader = new BodyReader(exchange, route === 'graphql' ? reading : readingWebhook);
      reader.start();
      if (!(waiting instanceof Promise)) return reader.admit();
      return admitWhenReady(reader, waiting);
    });
  };
}

/** The only form in which Yoga takes a body that has been read. As a string, it would list the index of every character. */
function alreadyRead(text: string) {
  return {
    text,
    async *[Symbol.asyncIterator]() {
      yield Buffer.from(text);
    },
  };
}
