// Projects in folders of their own, as npm users have them, with the package that `npm run pack` made.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, readManifest } from '../build/manifests.ts';

/** The packed package. */
export const TARBALL = join(ROOT, `dist/stack-auth-graphql-${readManifest(ROOT).version}.tgz`);

/** Calls back with an empty folder, which is removed afterwards. */
export async function inFolder(check: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  try {
    await check(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Installs packages, from npm's cache as far as it has them. Resolves with what npm prints. */
export function install(folder: string, packages: readonly string[]): Promise<string> {
  const options = ['--save-exact', '--no-audit', '--no-fund', '--prefer-offline'];
  return run('npm', ['install', ...options, ...packages], { cwd: folder });
}

/** How a command is run: by default at the root, in the environment of this process. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The exit code that it must have: 0 by default. */
  readonly code?: number;
}

/** Milliseconds: an end for what hangs. Four installs at the same time, from a registry that is slow, have taken a minute. */
const TIMEOUT = 180_000;

/** Resolves with what a command prints. Rejects with that where its exit code is another. */
export async function run(
  command: string,
  args: readonly string[],
  { cwd = ROOT, env = process.env, code = 0 }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { cwd, env, timeout: TIMEOUT, maxBuffer: 10_000_000 },
      (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`;
        if (child.exitCode === code) resolve(output);
        else
          reject(
            new Error(`${command} ${args.join(' ')} ended with ${child.exitCode}:\n${output}`, {
              cause: error,
            }),
          );
      },
    );
  });
}

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  /** Ends it by SIGTERM. Resolves with exit code and signal. */
  end(): Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>;
  /** Ends it where it still runs, at once. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a program, and waits until it logs that it listens. Rejects with what it printed where it ends before. */
export async function startProgram(
  command: string,
  args: readonly string[],
  { cwd = ROOT, env = process.env }: RunOptions,
): Promise<ServerProcess> {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += String(chunk);
      const listening = /^\{.*"url":"([^"]+)".*"msg":"Listening"/m.exec(printed);
      if (listening?.[1]) resolve(listening[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    exited.then(
      ([code]) => reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${printed}`)),
      reject,
    );
  });
  const end = () => {
    child.kill('SIGTERM');
    return exited;
  };
  return {
    url,
    end,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
