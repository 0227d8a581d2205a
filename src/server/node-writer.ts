// Writes answers to responses of node:http.
import type { ReportErrors } from '../pipeline/error-report.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { type Answer, refusal } from '../pipeline/refusal.ts';
import type { BodyBudgets } from './bodies/body-budgets.ts';
import { discardBody, isShort, watchDiscarded } from './bodies/discard-body.ts';
import type { NodeExchange } from './node-exchange.ts';
import type { UnreadAnswers } from './unread-answers.ts';

/** A client that has disconnected gets no answer. */
export interface NodeWriter {
  /** Throws where the answer cannot be written. */
  send(answer: Answer, exchange: NodeExchange): void;
  /** Refuses a request, also one whose body is still being sent. Never throws. */
  refuse(error: unknown, exchange: NodeExchange): void;
  /** Refuses a request whose body is not waited for any longer, and closes its connection. Never throws. */
  cut(error: unknown, exchange: NodeExchange): void;
}

/** What the writer needs. `bodyLimit` is in bytes. */
export interface NodeWriterOptions {
  readonly pipeline: Pipeline;
  readonly bodyLimit: number;
  readonly budgets: BodyBudgets;
  readonly unread: UnreadAnswers;
  readonly reportErrors: ReportErrors;
}

/** Creates the writer. */
export function createNodeWriter(options: NodeWriterOptions): NodeWriter {
  const { pipeline, bodyLimit, budgets, unread, reportErrors } = options;

  function refuse(error: unknown, exchange: NodeExchange): void {
    unlessItFails(exchange, () => {
      const answer = refusal(error, { exchange, reportErrors });
      if (isShort(exchange, bodyLimit)) return sendAndDiscard(answer, exchange);
      // Node answers itself where the framing of the body turns out to be wrong.
      setImmediate(() => unlessItFails(exchange, () => sendBeforeBody(answer, exchange)));
    });
  }

  function cut(error: unknown, exchange: NodeExchange): void {
    unlessItFails(exchange, () => {
      const { request, response } = exchange;
      const answer = refusal(error, { exchange, reportErrors });
      // Queued behind another answer, it could not be sent before that one.
      if (response.socket === null) {
        pipeline.done(exchange, answer.status);
        request.socket.destroy();
        return;
      }
      if (exchange.disconnected || response.headersSent) return;
      writeHead(answer, exchange, CLOSE);
      response.end(answer.body);
    });
  }

  /** An answer that cannot be written ends the connection, not the process. */
  function unlessItFails(exchange: NodeExchange, write: () => void): void {
    try {
      write();
    } catch (error) {
      reportErrors([error], exchange);
      exchange.response.destroy();
    }
  }

  function sendBeforeBody(answer: Answer, exchange: NodeExchange): void {
    const { response } = exchange;
    if (isShort(exchange, bodyLimit)) {
      sendAndDiscard(answer, exchange);
      return;
    }
    if (exchange.disconnected) return;
    writeHead(answer, exchange, CLOSE);
    response.write(answer.body, (error) => {
      if (!error) pipeline.done(exchange, answer.status);
    });
    discardBody(exchange, { limit: bodyLimit, budgets, ended: () => response.end() });
  }

  /** The connection can be used again once the rest of the body has arrived. */
  function sendAndDiscard(answer: Answer, exchange: NodeExchange): void {
    send(answer, exchange);
    watchDiscarded(exchange, budgets);
  }

  function send(answer: Answer, exchange: NodeExchange): void {
    const { response } = exchange;
    if (exchange.disconnected) return;
    writeHead(answer, exchange);
    response.end(answer.body);
    if (response.writableLength > 0) unread.written(exchange);
  }

  function writeHead(answer: Answer, exchange: NodeExchange, more = NONE): void {
    const headers = headersOf(answer, exchange);
    for (const text of more) headers.push(text);
    exchange.response.writeHead(answer.status, headers);
  }

  function headersOf({ status, headers, body }: Answer, exchange: NodeExchange): string[] {
    // RFC 9110, section 8.6: none beside 204.
    const list = status === 204 ? [] : ['content-length', String(Buffer.byteLength(body))];
    pipeline.addHeaders(list, exchange);
    for (const name in headers) list.push(name, headers[name] ?? '');
    return list;
  }

  return { send, refuse, cut };
}

const NONE: readonly string[] = [];
const CLOSE: readonly string[] = ['connection', 'close'];
