import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder outside of the project, removed at the end of its scope. */
export interface TempFolder {
  readonly path: string;
  [Symbol.dispose](): void;
}

/** Makes one. Use it with `using`. */
export function makeTempFolder(): TempFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'stack-auth-graphql-')));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
