// The open connections of a port, and the requests that each of them waits for.
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Clock, systemClock } from '../core/clock.ts';
import { removeFrom } from '../core/remove-from.ts';
import { onClose } from './response-close.ts';

/** `cut` is called for each connection that is closed because there are more than `max`, or since it has too many requests. */
export interface ConnectionsOptions {
  readonly max?: number;
  readonly cut?: (reason: 'MAX_CONNECTIONS' | 'PIPELINING') => void;
  readonly clock?: Pick<Clock, 'monotonic'>;
}

/**
 * Requests of one connection that wait for their answers. Browsers and proxies send one at a time; a packet has room for 2,000,
 * which Node hands over at once, and other clients wait until they are answered.
 */
export const MAX_PIPELINED = 100;

interface Connection {
  /** A list: a Map of requests would keep them long after their end. */
  readonly responses: ServerResponse[];
  /** By the monotonic clock. */
  idleSince: number;
}

/** Connections without a request, and those whose headers are still arriving, are idle. */
export class Connections {
  readonly #bySocket = new Map<Socket, Connection>();
  readonly #max: number;
  readonly #cut: NonNullable<ConnectionsOptions['cut']>;
  readonly #clock: Pick<Clock, 'monotonic'>;

  constructor({
    max = Number.POSITIVE_INFINITY,
    cut = () => {},
    clock = systemClock,
  }: ConnectionsOptions = {}) {
    this.#max = max;
    this.#cut = cut;
    this.#clock = clock;
  }

  /** A new connection. Where there are too many, closes the one that is idle the longest; that is the new one at worst. */
  add(socket: Socket): void {
    this.#bySocket.set(socket, { responses: [], idleSince: this.#clock.monotonic() });
    socket.once('close', () => this.#bySocket.delete(socket));
    if (this.#bySocket.size <= this.#max) return;
    let oldest = socket;
    let least = Number.POSITIVE_INFINITY;
    for (const [each, { responses, idleSince }] of this.#bySocket) {
      if (responses.length > 0 || idleSince >= least || each.destroyed) continue;
      least = idleSince;
      oldest = each;
    }
    this.#cut('MAX_CONNECTIONS');
    oldest.destroy();
    this.#bySocket.delete(oldest);
  }

  /**
   * A request begins. `ended` is called when its response was sent, or its connection closed. Returns false, and
   * closes the connection, where too many requests of it wait.
   */
  begin(socket: Socket, response: ServerResponse, ended: () => void): boolean {
    const connection = this.#bySocket.get(socket);
    if (connection && connection.responses.length >= MAX_PIPELINED) {
      // Once: Node goes on to parse what has arrived.
      if (!socket.destroyed) this.#cut('PIPELINING');
      socket.destroy();
      return false;
    }
    connection?.responses.push(response);
    onClose(response, () => {
      if (connection) {
        removeFrom(connection.responses, response);
        if (connection.responses.length === 0) connection.idleSince = this.#clock.monotonic();
      }
      ended();
    });
    return true;
  }

  /** Whether part of an answer was sent over a connection, and the rest was not. */
  isAnswering(socket: Socket): boolean {
    return this.#bySocket.get(socket)?.responses.some(({ headersSent }) => headersSent) ?? false;
  }

  responses(): readonly ServerResponse[] {
    return [...this.#bySocket.values()].flatMap(({ responses }) => responses);
  }

  /** Node does not count a connection as idle before its first request, nor while the headers of a later one arrive. */
  closeIdle(): void {
    for (const [socket, { responses }] of this.#bySocket) if (responses.length === 0) socket.destroy();
  }
}
