import { spawn } from 'node:child_process';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { runDoctor } from '../../src/cli/doctor/command.ts';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { BUILT_PROGRAM } from './test-build.ts';
import { settingsOf } from './test-server.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The output of a process, and its exit code. */
export interface Visit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a process is started. `env` is the whole environment. */
export interface VisitOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly file?: string;
  readonly cwd?: string;
}

/** Runs the program with these arguments, and `input` on standard input, until it ends. */
export function runProgram({
  args = [],
  env = {},
  input = '',
  file = BUILT_PROGRAM,
  cwd = ROOT,
}: VisitOptions): Promise<Visit> {
  const child = spawn(
    process.execPath,
    [
      ...(file.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : []),
      fileURLToPath(new URL(file, `file://${ROOT}`)),
      ...args,
    ],
    { cwd, env: { PATH: process.env['PATH'], ...env } },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  child.stdin.end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

/** The doctor's findings. */
export interface Diagnosis {
  readonly code: number | null;
  readonly findings: readonly Finding[];
  /** The findings of one check, as `status code`. */
  of(check: Finding['check']): readonly string[];
  /** The finding with this code. Throws where there is none. */
  finding(code: Finding['code']): Finding;
}

/**
 * Runs the doctor in this process; `env` overrides the emulator's settings. Throws where the output does not have the
 * documented shape, or contains a secret.
 */
export async function askDoctor(emulator: Emulator, options: VisitOptions = {}): Promise<Diagnosis> {
  const env = { ...settingsOf(emulator), ...options.env };
  const { code, stdout, stderr } = await runHere({ ...options, env });
  const leaked = secretsIn(`${stdout}${stderr}`, [
    String(env['STACK_SECRET_SERVER_KEY']),
    String(env['STACK_PUBLISHABLE_CLIENT_KEY']),
    ...(options.input ?? '').split(/[\s".:{},]+/),
  ]);
  if (leaked.length > 0) throw new Error(`The output contains ${leaked.length} secrets`);
  const { ok, findings } = JSON.parse(stdout) as {
    readonly ok: boolean;
    readonly findings: readonly Finding[];
  };
  if (ok !== (code === 0)) throw new Error(`Exit code ${code} with ok: ${ok}`);
  return {
    code,
    findings,
    of: (check) => findings.filter((one) => one.check === check).map((one) => `${one.status} ${one.code}`),
    finding(wanted) {
      const found = findings.find((one) => one.code === wanted);
      if (!found) throw new Error(`No ${wanted} in ${JSON.stringify(findings, null, 2)}`);
      return found;
    },
  };
}

async function runHere({ args = [], env = {}, input = '' }: VisitOptions): Promise<Visit> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runDoctor(['--json', ...args], { env, stdin: Readable.from([input]), stdout, stderr });
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}

function secretsIn(said: string, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => secret.length >= 16 && said.includes(secret));
}
