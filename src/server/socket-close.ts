// The end of a connection, for responses that have none of their own: with pipelining, Node gives the socket to one response
// at a time, and never emits `close` on those that are still queued when the connection ends.
import type { Socket } from 'node:net';
import { removeFrom } from '../core/remove-from.ts';

/** Calls listeners when a socket closes, with one listener of the socket for all of them. */
export interface SocketCloses {
  /** Calls `listener` when `socket` closes. Returns a function that removes it. */
  add(socket: Socket, listener: () => void): () => void;
}

/** Creates the listeners of the sockets of one server. */
export function createSocketCloses(): SocketCloses {
  const bySocket = new WeakMap<Socket, (() => void)[]>();
  return {
    add(socket, listener) {
      const known = bySocket.get(socket);
      const listeners = known ?? [];
      if (!known) {
        bySocket.set(socket, listeners);
        socket.once('close', () => {
          for (const each of [...listeners]) each();
        });
      }
      listeners.push(listener);
      return () => removeFrom(listeners, listener);
    },
  };
}
