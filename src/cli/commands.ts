// The commands of the program besides serving. Loaded only where there is an argument.
import type { Terminal } from './doctor/command.ts';
import { readVersion } from './version.ts';

const USAGE = `stack-auth-graphql            serves GraphQL; all settings are environment variables
stack-auth-graphql doctor     checks these variables, the provider, and a token on standard input
stack-auth-graphql --version
stack-auth-graphql --help

STACK_PROJECT_ID and STACK_SECRET_SERVER_KEY are required. docs/configuration.md lists all variables and their defaults.
`;

/** Runs the command that the arguments name, and returns the exit code. */
export async function runCommand([command, ...args]: readonly string[], terminal: Terminal): Promise<0 | 1> {
  switch (command) {
    case 'doctor':
      return (await import('./doctor/command.ts')).runDoctor(args, terminal);
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
