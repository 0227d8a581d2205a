// Writes answers to responses of node:http.
import type { ReportErrors } from '../pipeline/error-report.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { type Answer, refusal } from '../pipeline/refusal.ts';
import { discardBody, isShort } from './body.ts';
import type { NodeExchange } from './node-exchange.ts';

/** A client that has disconnected gets no answer. */
export interface NodeWriter {
  /** Throws where the answer cannot be written. */
  send(answer: Answer, exchange: NodeExchange): void;
  /** Refuses a request, also one whose body is still being sent. Never throws. */
  refuse(error: unknown, exchange: NodeExchange): void;
}

/** What the writer needs. `bodyLimit` is in bytes. */
export interface NodeWriterOptions {
  readonly pipeline: Pipeline;
  readonly bodyLimit: number;
  readonly reportErrors: ReportErrors;
}

/** Creates the writer. */
export function createNodeWriter({ pipeline, bodyLimit, reportErrors }: NodeWriterOptions): NodeWriter {
  function refuse(error: unknown, exchange: NodeExchange): void {
    unlessItFails(exchange, () => {
      const answer = refusal(error, { exchange, reportErrors });
      if (isShort(exchange.request, bodyLimit)) return send(answer, exchange);
      // Node answers itself where the framing of the body turns out to be wrong.
      setImmediate(() => unlessItFails(exchange, () => sendBeforeBody(answer, exchange)));
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
    const { request, response } = exchange;
    if (isShort(request, bodyLimit)) {
      send(answer, exchange);
      return;
    }
    if (exchange.disconnected) return;
    const headers = headersOf(answer, exchange);
    headers.push('connection', 'close');
    response.writeHead(answer.status, headers);
    response.write(answer.body, (error) => {
      if (!error) pipeline.done(exchange, answer.status);
    });
    discardBody(request, { limit: bodyLimit, ended: () => response.end() });
  }

  function send(answer: Answer, exchange: NodeExchange): void {
    const { response } = exchange;
    if (exchange.disconnected) return;
    response.writeHead(answer.status, headersOf(answer, exchange));
    response.end(answer.body);
  }

  function headersOf({ headers, body }: Answer, exchange: NodeExchange): string[] {
    const list = ['content-length', String(Buffer.byteLength(body))];
    pipeline.addHeaders(list, exchange);
    for (const name in headers) list.push(name, headers[name] ?? '');
    return list;
  }

  return { send, refuse };
}
