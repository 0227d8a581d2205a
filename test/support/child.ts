import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BUN, UNDER_BUN } from './bun/command.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A process of the project under test. */
export interface Child {
  readonly process: ChildProcess;
  /** Everything that it has printed on both streams. */
  readonly output: () => string;
  /** Waits until the output matches, and returns the match. Rejects if the process ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Waits for the end of the process: its exit code, or the signal that killed it. */
  exited(): Promise<number | string | null>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a file, by Bun where the tests run under it, else by tsx where it is TypeScript, as a process that inherits nothing of the environment but PATH. Its standard
 * output is read, unless it is a descriptor.
 */
export function startChild(
  file: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  stdout: 'pipe' | number = 'pipe',
): Child {
  // tsx uses an API that is deprecated in Node 26, and the warning would be mixed with the output under test.
  const options = file.endsWith('.ts') && !UNDER_BUN ? ['--disable-warning=DEP0205', '--import', 'tsx'] : [];
  const child = spawn(BUN ?? process.execPath, [...options, file, ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', stdout, 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)));
  const ended = new Promise<number | string | null>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  return {
    process: child,
    output: () => text,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(text);
          if (found) resolve(found);
          return found;
        };
        if (look()) return;
        for (const stream of [child.stdout, child.stderr]) stream?.on('data', look);
        void ended.then(() => reject(new Error(`The process ended before it printed ${pattern}:\n${text}`)));
      }),
    exited: () => ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
