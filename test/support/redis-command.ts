// One command to a Redis server over a connection of its own, apart from the client under test (RESP 2).
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** A reply of Redis. */
export type Reply = string | number | null | readonly Reply[];

/** Sends a command and returns its reply. Rejects where Redis cannot be reached or answers with an error. */
export async function sendCommand(url: string, command: readonly (string | number)[]): Promise<Reply> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const before = [
    ...(password === '' ? [] : [['AUTH', ...(username === '' ? [] : [username]), password]]),
    ...(pathname.length > 1 ? [['SELECT', pathname.slice(1)]] : []),
  ];
  const socket = connect(Number(port || 6379), hostname);
  socket.write([...before, command, ['QUIT']].map(encode).join(''));
  const lines = (await text(socket)).split('\r\n');
  const replies = [...before, command].map(() => readReply(lines));
  return replies.at(-1) ?? null;
}

function encode(parts: readonly (string | number)[]): string {
  const all = parts.map((part) => `$${Buffer.byteLength(String(part))}\r\n${part}\r\n`);
  return `*${parts.length}\r\n${all.join('')}`;
}

/** Takes the lines of one reply. Texts with a line break are not needed in tests, and not read. */
function readReply(lines: string[]): Reply {
  const line = lines.shift() ?? '';
  const rest = line.slice(1);
  switch (line[0]) {
    case '+':
      return rest;
    case ':':
      return Number(rest);
    case '$':
      return rest === '-1' ? null : (lines.shift() ?? null);
    case '*':
      return Array.from({ length: Math.max(0, Number(rest)) }, () => readReply(lines));
    default:
      throw new Error(`Redis answered: ${line}`);
  }
}
