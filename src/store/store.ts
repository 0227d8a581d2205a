// What the replicas of a server share. Without it, each works on its own.
import type { CopyStore } from './copy-store.ts';
import type { RedisState } from './redis-connection.ts';

/** The parts that are shared. */
export interface Store {
  readonly state: RedisState;
  readonly copies: CopyStore;
}
