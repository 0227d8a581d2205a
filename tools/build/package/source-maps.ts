// Where source maps of the package say that sources stand.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Folders: of the package, of the compiled modules that it has in `modules/`, and of the repository. */
interface Folders {
  readonly folder: string;
  readonly compiled: string;
  readonly root: string;
}

/**
 * Names sources in all maps as if they stood in the package, such as `node_modules/stack-auth-graphql/src/main.ts`. As compiler
 * and bundler write them, they are paths of files that the consumer may have, and stack traces show them.
 */
export function nameSources({ folder, compiled, root }: Folders): void {
  const maps = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.map'),
  );
  for (const file of maps) {
    const path = join(folder, file);
    const written = file.startsWith('modules/') ? join(compiled, relative('modules', file)) : path;
    const { sources, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as {
      readonly sources: readonly string[];
    };
    const moved = sources.map((source) =>
      relative(dirname(path), join(folder, relative(root, resolve(dirname(written), source)))),
    );
    writeFileSync(path, JSON.stringify({ ...rest, sources: moved }));
  }
}
