// The adapter to node:http: it admits each request, reads its body, and has it answered by its route.
import type { RequestListener } from 'node:http';
import { handleMaybePromise, type MaybePromise } from '@whatwg-node/promise-helpers';
import type { ReportErrors } from '../pipeline/error-report.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { CLIENT_CLOSED } from '../pipeline/request-log.ts';
import { MAX_WEBHOOK_BODY } from '../provider/webhook.ts';
import type { BodyBudgets } from './bodies/body-budgets.ts';
import { textOfBody } from './bodies/body-text.ts';
import { watchDiscarded } from './bodies/discard-body.ts';
import { BodyReader } from './bodies/read-body.ts';
import { GraphQLAnswers, type GraphQLAnswersOptions } from './graphql-answers.ts';
import { NodeExchange } from './node-exchange.ts';
import { createNodeWriter } from './node-writer.ts';
import { createReadPath } from './request-target.ts';
import { onClose } from './response-close.ts';
import type { AnswerRest } from './rest.ts';
import type { Router } from './route.ts';
import { createSocketCloses } from './socket-close.ts';
import type { ReceiveWebhook } from './webhooks.ts';

/** What the adapter joins. `bodyLimit` is in bytes. */
export interface NodeListenerOptions extends Omit<GraphQLAnswersOptions, 'send' | 'attempt'> {
  readonly pipeline: Pipeline;
  readonly router: Router;
  readonly rest: AnswerRest;
  readonly webhooks: ReceiveWebhook | undefined;
  readonly bodyLimit: number;
  readonly budgets: BodyBudgets;
  readonly reportErrors: ReportErrors;
}

/** Creates the listener. */
export function createNodeListener(options: NodeListenerOptions): RequestListener {
  const { pipeline, router, rest, webhooks, bodyLimit, budgets, unread, reportErrors } = options;
  const readPath = createReadPath();
  const socketCloses = createSocketCloses();
  const { send, refuse, cut } = createNodeWriter({ pipeline, bodyLimit, budgets, unread, reportErrors });
  const answers = new GraphQLAnswers({ ...options, send, attempt });
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
    if (exchange.route === 'graphql') answers.answerUrl(exchange);
    else answers.answerByYoga(exchange);
  }

  function receive(exchange: NodeExchange, bytes: Buffer): MaybePromise<void> {
    if (exchange.ended || !webhooks) return undefined;
    return handleMaybePromise(
      () => webhooks(exchange, bytes),
      (answer) => send(answer, exchange),
    );
  }

  function execute(exchange: NodeExchange, text: string): MaybePromise<void> {
    if (exchange.ended) return undefined;
    pipeline.begin(exchange);
    return answers.answerBody(exchange, text);
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
