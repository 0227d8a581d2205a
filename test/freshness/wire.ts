// The wire between one replica and Redis: it can be cut, and answers on it can be held back.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A port on loopback that leads to another. Use it with `await using`. */
export interface Wire {
  readonly port: number;
  /** Closes every connection and refuses new ones. */
  cut(): void;
  /** Keeps what comes back from the target. */
  hold(): void;
  /** Ends both. */
  mend(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens a wire to a port. */
export async function openWire(target: number): Promise<Wire> {
  const pairs: (readonly [client: Socket, server: Socket])[] = [];
  let state: 'open' | 'cut' | 'held' = 'open';
  const server = createServer((client) => {
    if (state === 'cut') return client.destroy();
    const upstream = connect(target, '127.0.0.1');
    const pair = [client, upstream] as const;
    pairs.push(pair);
    client.on('error', () => {}).once('close', () => upstream.destroy());
    upstream.on('error', () => {}).once('close', () => client.destroy());
    client.setNoDelay(true).pipe(upstream.setNoDelay(true));
    upstream.on('data', (bytes) => void client.write(bytes));
    if (state === 'held') upstream.pause();
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const closeAll = () => {
    for (const [client] of pairs.splice(0)) client.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      state = 'cut';
      closeAll();
    },
    hold() {
      state = 'held';
      for (const [, upstream] of pairs) upstream.pause();
    },
    mend() {
      state = 'open';
      for (const [, upstream] of pairs) upstream.resume();
    },
    async [Symbol.asyncDispose]() {
      closeAll();
      server.close();
      await once(server, 'close');
    },
  };
}
