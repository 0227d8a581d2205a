import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A proxy that opens tunnels (RFC 9110, section 9.3.6). */
export interface ConnectProxy {
  /** Without user name and password. */
  readonly url: string;
  readonly port: number;
  /** What each CONNECT asked for, and its `Proxy-Authorization`. */
  readonly asked: readonly { readonly authority: string; readonly authorization: string | undefined }[];
  /** Tunnels that are open. */
  readonly open: number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** `to` is the port on loopback to which every tunnel leads, whatever host was asked for. */
export interface ConnectProxyOptions {
  readonly to: number;
  /** `tunnel` by default; or the status of a refusal, or no answer at all. */
  readonly answer?: 'tunnel' | 'silence' | number;
}

/** Starts a proxy on loopback. */
export async function startConnectProxy({
  to,
  answer = 'tunnel',
}: ConnectProxyOptions): Promise<ConnectProxy> {
  const asked: { authority: string; authorization: string | undefined }[] = [];
  const sockets: Duplex[] = [];
  let open = 0;
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connect', ({ url = '', headers }: IncomingMessage, client: Socket) => {
    asked.push({ authority: url, authorization: headers['proxy-authorization'] });
    sockets.push(client.on('error', () => {}));
    if (answer === 'silence') return;
    if (answer !== 'tunnel')
      return void client.end(`HTTP/1.1 ${answer} Refused\r\nContent-Length: 0\r\n\r\n`);
    const target = connect(to, '127.0.0.1', () => {
      open += 1;
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    sockets.push(target.on('error', () => client.destroy()));
    target.once('close', () => {
      open -= 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    asked,
    get open() {
      return open;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
