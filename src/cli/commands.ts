// The commands of the program besides serving. Loaded only where there is an argument.

import { readVersion } from '../core/version.ts';
import type { AppTypes } from '../request/app-types.ts';
import type { App } from '../server/app.ts';
import type { Terminal } from './doctor/command.ts';

const USAGE = `stack-auth-graphql            serves GraphQL; all settings are environment variables
stack-auth-graphql doctor     checks these variables, the provider, and a token on standard input
stack-auth-graphql schema     prints the schema; with --federation as a subgraph, to compose a supergraph from
stack-auth-graphql --version
stack-auth-graphql --help

STACK_PROJECT_ID and STACK_SECRET_SERVER_KEY are required. docs/configuration.md lists all variables and their defaults.
`;

/** What a command is run with. */
export interface CommandOptions<T extends AppTypes> {
  readonly terminal: Terminal;
  /** Loads the app that is served. */
  loadApp(): Promise<App<T>>;
}

/** Runs the command that the arguments name, and returns the exit code. */
export async function runCommand<T extends AppTypes>(
  [command, ...args]: readonly string[],
  { terminal, loadApp }: CommandOptions<T>,
): Promise<0 | 1> {
  switch (command) {
    case 'doctor':
      return (await import('./doctor/command.ts')).runDoctor(args, terminal);
    case 'schema':
      return (await import('./print-schema.ts')).printSchemaOf(loadApp, args, terminal);
    case '--help':
    case '-h':
    case 'help':
      terminal.stdout.write(USAGE);
      return 0;
    case '--version':
    case '-v':
      terminal.stdout.write(`${readVersion()}\n`);
      return 0;
    default:
      terminal.stderr.write(`Unknown command.\n\n${USAGE}`);
      return 1;
  }
}
