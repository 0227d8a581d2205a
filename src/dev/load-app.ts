// The app of the development server: the folder that `--app` names, or src/app.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { AppError } from '../core/errors.ts';
import type { App } from '../server/app.ts';

const OWN = fileURLToPath(new URL('../app', import.meta.url));

/** What `npm run dev` is called with. */
export interface DevelopmentArguments {
  readonly appFolder: string;
  /** Whether the emulator gets new ids and keys. */
  readonly fresh: boolean;
}

/**
 * Reads the arguments. Throws `AppError` `INVALID_CONFIGURATION` where the folder has no app.ts, and node's own error for an
 * argument that is unknown.
 */
export function readArguments(args: readonly string[]): DevelopmentArguments {
  const { values } = parseArgs({
    args: [...args],
    options: { app: { type: 'string' }, fresh: { type: 'boolean' } },
  });
  const folder = values.app === undefined ? OWN : resolve(values.app);
  if (!existsSync(join(folder, 'app.ts'))) {
    throw new AppError(`${folder} has no app.ts`, { code: 'INVALID_CONFIGURATION' });
  }
  return { appFolder: folder, fresh: values.fresh ?? false };
}

/** Imports `app` from the folder's app.ts. Throws `AppError` `INVALID_CONFIGURATION` where it exports none. */
export async function loadApp(folder: string): Promise<App> {
  const file = join(folder, 'app.ts');
  const { app } = (await import(pathToFileURL(file).href)) as { readonly app?: App };
  if (!app) throw new AppError(`${file} exports no app`, { code: 'INVALID_CONFIGURATION' });
  return app;
}
