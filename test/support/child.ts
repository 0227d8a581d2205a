import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A process of the project under test, and all it has printed. */
export interface Child {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Waits until something that it printed matches, and gives the match. Rejects if it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Waits for its end; the exit code, or the signal that killed it. */
  exited(): Promise<number | string | null>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a file as a process whose environment holds nothing of ours but what is given. */
export function startChild(
  file: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Child {
  // What tsx hooks itself in by is deprecated in node 26, and the warning would stand among our lines.
  const options = ['--disable-warning=DEP0205', '--import', 'tsx'];
  const child = spawn(process.execPath, [...options, file, ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
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
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        void ended.then(() => reject(new Error(`It ended before it printed ${pattern}:\n${text}`)));
      }),
    exited: () => ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
