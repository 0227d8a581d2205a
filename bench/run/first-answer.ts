// One start of a server: the milliseconds from spawning the process until the first response with status 200 has arrived.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { readUsage } from './usage.ts';

/** A process, and what it is asked until it answers. */
export interface StartOptions {
  /** The command with its arguments. */
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
  /** A whole HTTP request that asks for the connection to be closed. */
  readonly request: string;
}

/** In milliseconds, up to the response. `cpu` is the CPU time of all threads, `undefined` where the system does not tell. */
export interface FirstAnswer {
  readonly time: number;
  readonly cpu: number | undefined;
}

/** Milliseconds between two attempts: what a measurement may be wrong by. */
const INTERVAL = 1;

/** Milliseconds in which the response must have arrived. */
const TIMEOUT = 20_000;

/** Starts the process, asks until a response has status 200, and kills the process. Throws after 20 s, and where the process ends. */
export async function measureFirstAnswer({
  command,
  env,
  port,
  request,
}: StartOptions): Promise<FirstAnswer> {
  const [file = '', ...args] = command;
  const startedAt = performance.now();
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  const exited = once(child, 'exit');
  try {
    let response = '';
    while (!response.startsWith('HTTP/1.1 200 ')) {
      if (child.exitCode !== null || performance.now() - startedAt > TIMEOUT) {
        throw new Error(`No response with status 200, the last was: ${response.slice(0, 500)}`);
      }
      if (response !== '') await setTimeout(INTERVAL);
      response = await ask(port, request);
    }
    const time = performance.now() - startedAt;
    const { cpu } = readUsage(child.pid ?? 0);
    return { time, cpu: cpu && cpu * 1000 };
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}

/** The response, or the code of the error where there is none. */
function ask(port: number, request: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.setEncoding('latin1');
    socket.on('data', (part) => (text += part));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('close', () => resolve(text));
  });
}
