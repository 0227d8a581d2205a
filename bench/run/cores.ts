// Which core does what: the server has one to itself, load and provider share the next or have one each.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** What runs where. */
export interface Cores {
  /** Whether processes are held to their cores; where not, the system moves them as it likes. */
  readonly pinned: boolean;
  /** A command that runs on the core of its role. */
  pin(role: Role, command: readonly string[]): readonly string[];
}

/** Who is run: the server that is measured, the load, the provider, and Redis. */
export type Role = 'server' | 'load' | 'upstream' | 'redis';

/** Divides the cores of this machine, by `taskset` where there is one. */
export function divideCores(): Cores {
  const count = availableParallelism();
  const pinned = count > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;
  const cores: Readonly<Record<Role, number>> = {
    server: 0,
    load: 1,
    upstream: count > 2 ? 2 : 1,
    redis: count > 2 ? 2 : 1,
  };
  return {
    pinned,
    pin: (role, command) => (pinned ? ['taskset', '-c', String(cores[role]), ...command] : command),
  };
}
