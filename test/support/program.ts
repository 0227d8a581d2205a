import { spawn } from 'node:child_process';

/** The output of a program, and its exit code or the signal that killed it. */
export interface Ending {
  readonly code: number | string | null;
  readonly output: string;
}

/** A running program. */
export interface Program {
  /** Waits until the output matches, and returns the match. Rejects if the program ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  ended(): Promise<Ending>;
  kill(signal: NodeJS.Signals): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What to start. The program inherits nothing of the environment but PATH. */
export interface ProgramOptions {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a program. Use it with `await using`. */
export function startProgram({ command, args = [], cwd, env }: ProgramOptions): Program {
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code: code ?? signal, output }));
  });
  return {
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output);
          if (found) resolve(found);
        };
        look();
        for (const stream of [child.stdout, child.stderr]) stream.on('data', look);
        ended.then(
          () => reject(new Error(`The program ended before it printed ${pattern}:\n${output}`)),
          reject,
        );
      }),
    ended: () => ended,
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended.catch(() => {});
    },
  };
}
