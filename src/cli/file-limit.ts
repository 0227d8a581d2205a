// The limit of open files of this process. A server that reaches it accepts no connection, and fetches no profile.
import { readFileSync } from 'node:fs';
import type { Config } from '../core/config/config.ts';

/** Files besides the connections of clients and those to the provider: streams, listeners, Redis, metrics, traces, the app's own. */
const OTHER_FILES = 100;

/** What may be open at the same time. */
export function filesNeeded({
  maxConnections,
  upstreamConcurrency,
}: Pick<Config, 'maxConnections' | 'upstreamConcurrency'>): number {
  return maxConnections + upstreamConcurrency + OTHER_FILES;
}

/** The limit, `ulimit -n`, which Node raises as far as it may. `undefined` where there is none, or the system does not tell it. */
export function readFileLimit(path = '/proc/self/limits'): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync(path, 'utf8')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
