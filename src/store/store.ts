// What the replicas of a server share. Without it, each works on its own.
import type { CountStore } from '../rate-limit/shared-counts.ts';
import type { CopyStore } from './copy-store.ts';
import type { RedisState } from './redis-connection.ts';

/** The parts that are shared. */
export interface Store {
  readonly state: RedisState;
  readonly copies: CopyStore;
  readonly counts: CountStore;
}
