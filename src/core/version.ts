// The version of this server, for `--version` and for what replicas of several versions share.
import { readFileSync } from 'node:fs';

/** Put in by the bundler; not defined where the sources run. */
declare const BUNDLED_VERSION: string | undefined;

/** The manifest of the sources. */
const MANIFEST = '../../package.json';

/** The server's version. */
export function readVersion(): string {
  if (typeof BUNDLED_VERSION === 'string') return BUNDLED_VERSION;
  const { version } = JSON.parse(readFileSync(new URL(MANIFEST, import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
