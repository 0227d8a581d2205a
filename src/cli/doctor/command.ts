// `stack-auth-graphql doctor`: arguments in, findings out.
import type { Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import type { Environment } from '../../core/config/config.ts';
import { examine } from './examine.ts';
import { printFindings } from './print.ts';
import { readInput } from './read-input.ts';

/** What a command has of its process. */
export interface Terminal {
  readonly env: Environment;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; hasColors?(): boolean };
  readonly stderr: Writable;
}

/** How to call it. */
export const DOCTOR_USAGE = `stack-auth-graphql doctor [--origin <origin>] [--json]

Checks the environment, the provider's keys, the keys of the project and the clock. Changes nothing.

  --origin <origin>  also whether pages of this origin may ask (CORS)
  --json             findings as JSON; their shape: docs/doctor.md
  < token            also an access token, read from standard input and from nowhere else

Exit code 0 if nothing failed, else 1.
`;

/** Runs the doctor, and gives the exit code. */
export async function runDoctor(
  args: readonly string[],
  { env, stdin, stdout, stderr }: Terminal,
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
  const findings = await examine({ env, origin: options.origin, readToken: () => readInput(stdin) });
  const ok = findings.every(({ status }) => status !== 'failed');
  // Node's own rules: a terminal that can, and neither NO_COLOR nor TERM=dumb.
  const colors = stdout.isTTY === true && stdout.hasColors?.() === true;
  stdout.write(
    options.json
      ? `${JSON.stringify({ ok, findings }, null, 2)}\n`
      : printFindings(findings, { colors, width: stdout.columns }),
  );
  return ok ? 0 : 1;
}

/** The options, or what is wrong with the arguments. Nothing of them is repeated: one may be a token. */
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
      return 'A token is read from standard input alone: as an argument it would stand in the history of the shell and in the list of processes. If it was one, it is good until it ends.';
    }
    return values;
  } catch {
    return 'An argument is not known, or lacks its value.';
  }
}
