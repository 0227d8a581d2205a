// Copies of the provider's data that replicas share, and what tells them of changes. What a copy says is text here.

/** Whose copy it is, and of what. */
export interface StoredKey {
  readonly kind: string;
  readonly userId: string;
  readonly teamId: string | undefined;
}

/**
 * The generations under which a copy is valid: one of the user, one of all teams, and one of everything. An eviction ends one.
 * `now` is when they were read, in milliseconds by the store's clock.
 */
export interface Generations {
  readonly user: string;
  readonly teams: string;
  readonly all: string;
  readonly now: number;
}

/** What the store has. A fetch that begins now may be stored under these generations, where there are any. */
export interface StoredRead {
  readonly generations: Generations | undefined;
  readonly copy: StoredCopy | undefined;
}

/** A valid copy: its text, and its age in milliseconds. */
export interface StoredCopy {
  readonly text: string;
  readonly age: number;
}

/** A fetch that began after its generations were read. */
export interface StoredFetch {
  readonly generations: Generations;
  readonly text: string;
  /** Whether the copy shows a team: then an event of any team ends it. */
  readonly showsTeams: boolean;
}

/** What an eviction ends: all copies of a user, all copies that show a team, or all copies. */
export type EvictionScope = { readonly userId: string } | 'teams' | 'all';

/** An eviction, and the message that tells other replicas. */
export interface Eviction {
  readonly scope: EvictionScope;
  readonly message: string | undefined;
}

/** The store. No method throws or rejects. */
export interface CopyStore {
  /** Reads a copy and its generations, which begin where there are none. `undefined` where the store does not answer in time. */
  read(key: StoredKey): Promise<StoredRead | undefined>;
  /** Reads the generations alone. */
  readGenerations(key: StoredKey): Promise<Generations | undefined>;
  /** Stores a copy, unless one of its generations has ended or the copy that is there is of a later fetch. */
  write(key: StoredKey, fetched: StoredFetch): Promise<void>;
  /** Evicts and tells it. Returns false where it may not have happened. */
  evict(evictions: readonly Eviction[]): Promise<boolean>;
  /** Adds a listener for the messages of evictions, the own ones included. */
  onMessage(listener: (message: string) => void): void;
  /** Adds a listener that is called whenever messages or confirmed evictions may have been lost: `lost` says which. */
  onConnect(listener: (lost: { readonly evictions: boolean }) => void): void;
}
