import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A port on loopback that leads to another, and whose answers can be late. */
export interface SlowProxy {
  readonly port: number;
  /** Milliseconds by which each piece of an answer is late. */
  delay: number;
  /** Closes every open connection; new ones are accepted. */
  reset(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a proxy to a port on loopback, which is not late at first. Use it with `await using`. */
export async function startSlowProxy(to: number): Promise<SlowProxy> {
  const sockets: Socket[] = [];
  const late = () =>
    new Transform({
      transform(chunk, _encoding, done) {
        if (proxy.delay === 0) done(null, chunk);
        else setTimeout(done, proxy.delay, null, chunk);
      },
    });
  const server = createServer((client) => {
    const target = connect(to, '127.0.0.1');
    sockets.push(client, target);
    client.on('error', () => {}).once('close', () => target.destroy());
    target.on('error', () => client.destroy());
    client.pipe(target).pipe(late()).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reset = () => {
    for (const socket of sockets.splice(0)) socket.destroy();
  };
  const proxy: SlowProxy = {
    port: (server.address() as AddressInfo).port,
    delay: 0,
    reset,
    async [Symbol.asyncDispose]() {
      server.close();
      reset();
      await once(server, 'close');
    },
  };
  return proxy;
}
