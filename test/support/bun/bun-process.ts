// The process under Bun that holds the servers of one worker's tests. Calls are synchronous, as what they stand for is under Node.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTempFolder } from '../temp-folder.ts';
import { BUN } from './command.ts';
import type { Call, State } from './protocol.ts';

/** Milliseconds for the answer to a call: the process may still be starting. */
const TIMEOUT = 20_000;

const HOST = fileURLToPath(new URL('host.ts', import.meta.url));

/** Sends a call and waits for its answer. Throws where the process has ended. */
export type CallBun = (call: Call) => State;

let started: CallBun | undefined;

/** The process of this worker, which is started by the first call and ends with the worker's own process. */
export function bunProcess(): CallBun {
  started ??= startBun();
  return started;
}

function startBun(): CallBun {
  using folder = makeTempFolder();
  const [calls, answers] = ['calls', 'answers'].map((name) => {
    const path = join(folder.path, name);
    execFileSync('mkfifo', [path]);
    return path;
  }) as [string, string];
  // Each end is opened so that opening does not wait for the other end.
  const toBun = openSync(calls, 'r+');
  const stdin = openSync(calls, 'r');
  const fromBun = openSync(answers, constants.O_RDONLY | constants.O_NONBLOCK);
  const stdout = openSync(answers, 'w');
  const child = spawn(BUN ?? '', [HOST], {
    env: { PATH: process.env['PATH'] },
    stdio: [stdin, stdout, 'inherit'],
  });
  child.unref();
  process.once('exit', () => child.kill('SIGKILL'));
  closeSync(stdin);
  closeSync(stdout);
  return (call) => {
    writeSync(toBun, `${JSON.stringify(call)}\n`);
    return JSON.parse(readLine(fromBun));
  };
}

const NEVER = new Int32Array(new SharedArrayBuffer(4));

/** Reads up to the end of a line, which is where an answer ends. */
function readLine(fd: number): string {
  const chunk = Buffer.alloc(65_536);
  const chunks: Buffer[] = [];
  for (const deadline = Date.now() + TIMEOUT; Date.now() < deadline; ) {
    const length = readNow(fd, chunk);
    if (length === 0) throw new Error('The process under Bun has ended');
    if (length === undefined) {
      // A millisecond, in which nothing else runs in this thread.
      Atomics.wait(NEVER, 0, 0, 1);
      continue;
    }
    chunks.push(Buffer.from(chunk.subarray(0, length)));
    if (chunk[length - 1] === NEW_LINE) return Buffer.concat(chunks).toString();
  }
  throw new Error(`The process under Bun has not answered within ${TIMEOUT} ms`);
}

const NEW_LINE = 10;

/** What has arrived: its length, 0 where the other end is closed, and `undefined` where there is nothing yet. */
function readNow(fd: number, into: Buffer): number | undefined {
  try {
    return readSync(fd, into);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}
