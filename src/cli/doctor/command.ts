// `stack-auth-graphql doctor`: arguments in, findings out.
import type { Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import type { Environment } from '../../core/config/config.ts';
import type { EnvFileSource } from './check-environment.ts';
import { examine } from './examine.ts';
import { printFindings } from './print.ts';
import { readInput } from './read-input.ts';

/** The parts of the process that a command uses. */
export interface Terminal {
  readonly env: Environment;
  /** The file from which a part of `env` was read. */
  readonly envFile?: EnvFileSource | undefined;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; hasColors?(): boolean };
  readonly stderr: Writable;
}

/** The text of `doctor --help`. */
export const DOCTOR_USAGE = `stack-auth-graphql doctor [--origin <origin>] [--json]

Checks the environment, the provider's key set, the project's API keys and settings, and the clock. Changes nothing.

  --origin <origin>  also check whether pages of this origin may call the server (CORS), and links in e-mails lead there
  --json             print the findings as JSON, in the shape that docs/doctor.md describes
  < token            also check an access token, read from standard input only

Exit code 0 if nothing failed, else 1.
`;

/** Runs the doctor, and returns the exit code. */
export async function runDoctor(
  args: readonly string[],
  { env, envFile, stdin, stdout, stderr }: Terminal,
): Promise<0 | 1> {
  const options = readArguments(args);
  if (typeof options === 'string') {
    stderr.write(`${options}\n\n${DOCTOR_USAGE}`);
    return 1;
  }
  if (options.help) {
    stdout.write(DOCTOR_USAGE);
    return 0;
  }
  const findings = await examine({
    env,
    envFile,
    origin: options.origin,
    readToken: () => readInput(stdin),
  });
  const ok = findings.every(({ status }) => status !== 'failed');
  // hasColors() also respects NO_COLOR and TERM=dumb.
  const colors = stdout.isTTY === true && stdout.hasColors?.() === true;
  stdout.write(
    options.json
      ? `${JSON.stringify({ ok, findings }, null, 2)}\n`
      : printFindings(findings, { colors, width: stdout.columns }),
  );
  return ok ? 0 : 1;
}

/** The options, or what is wrong with the arguments. No argument is repeated: it may be a token. */
function readArguments(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        origin: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        token: { type: 'string' },
      },
    });
    if (positionals.length > 0 || values.token !== undefined) {
      return 'A token is read from standard input only: arguments appear in the shell history and in the process list. If the argument was a token, it stays valid until it expires.';
    }
    return values;
  } catch {
    return 'An argument is unknown, or its value is missing.';
  }
}
