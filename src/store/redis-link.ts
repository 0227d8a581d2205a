// One connection to Redis by the library. It is loaded only where Redis is used, and imported statically: a bundle would find
// only `default` in a dynamic import of a CommonJS package.
import { createClient } from '@redis/client';

/** A connection that is open. It is never opened again: what was not answered when it broke is not sent twice. */
export interface RedisLink {
  /** Rejects with Redis' own error, or where the connection breaks before the answer. */
  send(words: readonly string[]): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<void>;
  /** Closes it after the answers to what was sent. */
  close(): Promise<void>;
  /** Closes it at once. */
  destroy(): void;
}

/** Where to connect. `timeout` is in milliseconds, for the connection alone. */
export interface RedisLinkOptions {
  readonly url: string;
  readonly timeout: number;
  /** Is called once, when the connection has ended or could not be made. */
  readonly onEnd: (error: unknown) => void;
}

/** A connection that is being made: `opened` rejects where it cannot. */
export interface OpeningLink extends RedisLink {
  readonly opened: Promise<unknown>;
}

/** Opens a connection. Commands and messages share it (RESP3), so that they arrive in the order in which Redis executed them. */
export function openRedisLink({ url, timeout, onEnd }: RedisLinkOptions): OpeningLink {
  const client = createClient({
    url,
    RESP: 3,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    // The caller has the time limits. That of the library makes a signal for each command.
    commandOptions: { timeout: 0 },
    socket: { connectTimeout: timeout, reconnectStrategy: false },
  });
  let hasEnded = false;
  const end = (error: unknown) => {
    if (hasEnded) return;
    hasEnded = true;
    onEnd(error);
  };
  client.on('error', end);
  client.on('end', () => end(new Error('The connection was closed')));
  return {
    opened: client.connect(),
    send: (words) => client.sendCommand([...words]),
    subscribe: (channel, listener) => client.subscribe(channel, listener),
    close: () => client.close(),
    destroy() {
      if (client.isOpen) client.destroy();
    },
  };
}
