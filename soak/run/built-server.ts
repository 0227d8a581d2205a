// The built server as an operator runs it, in bare Node.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { MemoryLimit } from './memory-limit.ts';

const MAIN = 'dist/main.js';

/** An option for Node: makes the clock of a server steppable. */
export const CLOCK_STEPS = `--import ${new URL('clock-steps.mjs', import.meta.url).href}`;

/** The server's process. */
export interface BuiltServer {
  readonly url: string;
  readonly metricsUrl: string;
  /** The exit code or the signal, once it has ended. */
  readonly ended: string | undefined;
  /** Lines of its log that are no request's and no bug's: by message, how often. */
  readonly said: ReadonlyMap<string, number>;
  /** Steps its wall clock forward by an hour, the next time back. Needs {@link CLOCK_STEPS} in its `NODE_OPTIONS`. */
  stepClock(): void;
  /** Reads its log no more, until the returned function is called. */
  stallLog(): () => void;
  /** Ends it as an operator does; gives how it ended. */
  end(): Promise<string>;
}

/** Starts `dist/main.js`, as a member of a group where one is given. Throws where it is not built, and where it ends before it listens. */
export async function startBuiltServer(
  env: Readonly<Record<string, string>>,
  limit?: MemoryLimit,
): Promise<BuiltServer> {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: npm run build`);
  const node = [process.execPath, MAIN];
  const [command = '', ...args] = limit
    ? ['sh', '-c', 'echo $$ >"$0" && exec "$@"', limit.members, ...node]
    : node;
  const child = spawn(command, args, {
    env: { HOST: '127.0.0.1', PORT: '0', METRICS_PORT: '0', SHUTDOWN_DELAY: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let ended: string | undefined;
  const exited = once(child, 'exit').then(([code, signal]) => {
    ended = String(code ?? signal);
    return ended;
  });
  const said = new Map<string, number>();
  const listening = new Promise<{ readonly url: string; readonly metrics: string }>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const entry = JSON.parse(line);
      if (entry.msg === 'Listening') resolve(entry);
      else if (entry.msg !== 'Request') said.set(entry.msg, (said.get(entry.msg) ?? 0) + 1);
    });
    void exited.then((how) => reject(new Error(`The server ended with ${how} before it listened`)));
  });
  const { url, metrics } = await listening;
  return {
    url,
    metricsUrl: metrics,
    get ended() {
      return ended;
    },
    said,
    stepClock() {
      child.kill('SIGUSR2');
    },
    stallLog() {
      child.stdout.pause();
      return () => void child.stdout.resume();
    },
    end() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
