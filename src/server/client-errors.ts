// What Node's HTTP parser refuses, before there is a request: answered with a code, logged and counted as other refusals are.
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../core/errors.ts';
import type { CutReason } from '../core/events.ts';
import { createCorsHeaders } from '../pipeline/cors.ts';
import { extensionsOf, httpAnswerOf } from '../pipeline/mask-error.ts';
import type { Services } from '../process/services.ts';
import type { BodyBudgets } from './bodies/body-budgets.ts';
import { LINGER } from './bodies/discard-body.ts';

/** An error of a connection, as Node emits it. */
export type ClientError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

/** The code of an error for a request that asks for a tunnel. */
export const NO_TUNNEL = 'NO_TUNNEL';

/** What a port tells of its connections. */
export interface ConnectionEvents {
  /**
   * Ends a connection whose next bytes are not an acceptable request. `isAnswering`: part of another answer was sent, so that
   * nothing can be said.
   */
  failed(error: ClientError, socket: Socket, isAnswering: boolean): void;
  /** A connection was closed because there are too many, or too many requests of it wait. */
  cut(reason: CutReason): void;
}

/** Creates the events of connections. */
export function createConnectionEvents(services: Services, budgets: BodyBudgets): ConnectionEvents {
  const { config, logger, events } = services;
  const corsOf = createCorsHeaders(config.corsOrigins);

  function answer(error: AppError, socket: Socket, bytes: Buffer | undefined): void {
    const { status } = httpAnswerOf(error);
    const requestId = randomUUID();
    const body = JSON.stringify({ errors: [{ message: error.message, extensions: extensionsOf(error) }] });
    const headers = [
      ...['connection', 'close', 'content-type', 'application/json; charset=utf-8'],
      ...['content-length', String(Buffer.byteLength(body)), 'cache-control', 'no-store'],
      ...['vary', 'Origin', 'x-request-id', requestId, ...corsOf(originIn(bytes))],
    ];
    const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`];
    for (let index = 0; index < headers.length; index += 2)
      lines.push(`${headers[index]}: ${headers[index + 1]}`);
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
    // Browsers open connections in advance, and use some of them never. Bun counts no bytes.
    if (socket.bytesRead === 0 && !bytes) return;
    events.emit({ kind: 'request', status, codes: [error.code], seconds: 0 });
    logger.info({ requestId, status, codes: [error.code] }, 'Request');
  }

  return {
    failed(error, socket, isAnswering) {
      // What arrives after the refusal fails again, and is discarded so.
      if (socket.writableEnded) return;
      const refusal = refusalOf(error);
      if (refusal && socket.writable) {
        if (budgets.fail(socket, refusal)) return;
        if (!isAnswering) answer(refusal, socket, error.rawPacket);
      }
      closeAfterReading(socket);
    },
    cut: (reason) => events.emit({ kind: 'cut', reason }),
  };
}

/** Sends what was written. A connection that is closed while bytes are unread is reset, and its client may lose the answer. */
function closeAfterReading(socket: Socket): void {
  if (socket.readableEnded || !socket.writable) {
    socket.destroySoon();
    return;
  }
  const timer = setTimeout(() => socket.destroy(), LINGER);
  socket.once('end', () => socket.destroySoon());
  socket.once('close', () => clearTimeout(timer));
  socket.end();
}

/** `undefined` for an error of the connection itself, such as a reset. */
function refusalOf({ code }: ClientError): AppError | undefined {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError('The request arrived too slowly', { code: 'TIMEOUT', status: 408 });
    case 'HPE_HEADER_OVERFLOW':
      return new AppError('The request headers are too large', { code: 'BAD_REQUEST', status: 431 });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new AppError('The extensions of a chunk are too large', { code: 'BAD_REQUEST', status: 413 });
    case NO_TUNNEL:
      return new AppError('The server opens no tunnels', { code: 'BAD_REQUEST', status: 405 });
    // The client closed the connection before the end of its request.
    case 'HPE_INVALID_EOF_STATE':
      return undefined;
    default:
      return code?.startsWith('HPE_')
        ? new AppError('The request is not valid HTTP', { code: 'BAD_REQUEST' })
        : undefined;
  }
}

/**
 * The origin in the bytes that were refused. It is compared with the listed ones, so it need not be trusted. White space is
 * trimmed afterwards: matched beside the value, it would take time quadratic in the number of spaces.
 */
function originIn(bytes: Buffer | undefined): string | undefined {
  return bytes && /\r\norigin:([^\r\n]+)\r\n/i.exec(bytes.toString('latin1'))?.[1]?.trim();
}
