// What the program can do besides serving. Loaded only where an argument asks for it.
import { readFileSync } from 'node:fs';
import type { Terminal } from './doctor/command.ts';

const USAGE = `stack-auth-graphql            serves GraphQL; all settings come from the environment
stack-auth-graphql doctor     checks these settings, the provider, and a token on standard input
stack-auth-graphql --version
stack-auth-graphql --help

It needs STACK_PROJECT_ID and STACK_SECRET_SERVER_KEY; all variables and their defaults: docs/configuration.md.
`;

/** Runs the command that the arguments name, and gives the exit code. */
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
      terminal.stdout.write(`${versionOf(new URL('../../package.json', import.meta.url))}\n`);
      return 0;
    default:
      terminal.stderr.write(`There is no such command.\n\n${USAGE}`);
      return 1;
  }
}

function versionOf(manifest: URL): string {
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string };
  return version;
}
