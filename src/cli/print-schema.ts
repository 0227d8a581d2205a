// `stack-auth-graphql schema`: the schema on standard output. It needs no settings.
import { printSchema } from 'graphql';
import type { AppTypes } from '../request/app-types.ts';
import type { App } from '../server/app.ts';
import { createSchema } from '../server/app-schema.ts';
import { createSubgraph } from '../server/subgraph.ts';
import type { Terminal } from './doctor/command.ts';

const USAGE = 'stack-auth-graphql schema [--federation]\n';

/** Prints the schema of an app, and returns the exit code. */
export async function printSchemaOf<T extends AppTypes>(
  loadApp: () => Promise<App<T>>,
  args: readonly string[],
  { stdout, stderr }: Pick<Terminal, 'stdout' | 'stderr'>,
): Promise<0 | 1> {
  const isSubgraph = args.includes('--federation');
  if (args.length > (isSubgraph ? 1 : 0)) {
    stderr.write(USAGE);
    return 1;
  }
  const app = await loadApp();
  const text = isSubgraph ? (await createSubgraph(app)).sdl : printSchema(createSchema(app));
  stdout.write(`${text.trimEnd()}\n`);
  return 0;
}
