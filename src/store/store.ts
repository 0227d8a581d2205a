// What the replicas of a server share. Without one, each works on its own.
import type { CopyStore } from './copy-store.ts';

/** The parts that are shared. */
export interface Store {
  readonly copies: CopyStore;
}
