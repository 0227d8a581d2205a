import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that speaks RESP3 and answers every script with the same bytes, whatever Redis would answer. */
export interface OddRedis {
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A string as RESP has it. */
export const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;

/** Starts it. `answer` is in RESP. Use it with `await using`. */
export async function startOddRedis(answer: string): Promise<OddRedis> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      for (let command = takeCommand(received); command; command = takeCommand(received)) {
        received = received.slice(command.length);
        socket.write(answerTo(command.words, answer));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The first command, where all of it has arrived, and how many bytes it has. */
function takeCommand(
  received: string,
): { readonly words: readonly string[]; readonly length: number } | undefined {
  const [head, count = ''] = /^\*(\d+)\r\n/.exec(received) ?? [];
  if (head === undefined) return undefined;
  let at = head.length;
  const words: string[] = [];
  while (words.length < Number(count)) {
    const [size, digits = ''] = /^\$(\d+)\r\n/.exec(received.slice(at)) ?? [];
    if (size === undefined) return undefined;
    const start = at + size.length;
    at = start + Number(digits) + 2;
    if (received.length < at) return undefined;
    words.push(received.slice(start, at - 2));
  }
  return { words, length: at };
}

function answerTo([name = '', channel = '']: readonly string[], answer: string): string {
  switch (name.toUpperCase()) {
    case 'HELLO':
      return '%1\r\n+proto\r\n:3\r\n';
    case 'SUBSCRIBE':
      return `>3\r\n${bulk('subscribe')}${bulk(channel)}:1\r\n`;
    case 'INFO':
      return bulk('redis_version:7.4.0\r\nrun_id:odd\r\n');
    case 'PING':
      return '+PONG\r\n';
    case 'DEL':
      return ':0\r\n';
    default:
      return answer;
  }
}
