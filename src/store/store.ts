// What the replicas of a server share. Without it, each works on its own.
import type { EventOf } from '../core/events.ts';
import type { CountStore } from '../rate-limit/shared-counts.ts';
import type { CopyStore } from './copy-store.ts';

/** `slow` is connected, and does not answer in time. */
export type StoreState = EventOf<'redis'>['state'];

/** The parts that are shared. */
export interface Store {
  readonly state: StoreState;
  readonly copies: CopyStore;
  readonly counts: CountStore;
}
