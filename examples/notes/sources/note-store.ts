// The store of notes: the interface that resolvers and loaders use, whatever database is behind it.

/** A note of one user. */
export interface Note {
  readonly id: string;
  readonly ownerId: string;
  readonly text: string;
}

/** A part of a list: `first` notes, after the one with the id `after`. */
export interface PageRequest {
  readonly first: number;
  readonly after?: string | undefined;
}

/** Some notes in the order in which they were written, and whether there are more. */
export interface NotePage {
  readonly notes: readonly Note[];
  readonly hasMore: boolean;
}

/** Where notes are kept. */
export interface NoteStore {
  /** One note for each id, in their order; `undefined` where there is none. */
  byIds(ids: readonly string[]): Promise<readonly (Note | undefined)[]>;
  /** A user's notes. An `after` that is no note of this user gives an empty page. */
  ofOwner(ownerId: string, page: PageRequest): Promise<NotePage>;
  add(note: Omit<Note, 'id'>): Promise<Note>;
  /** A user's notes as they are added. Ends when its iterator's `return` is called. */
  added(ownerId: string): AsyncIterable<Note>;
  delete(id: string): Promise<void>;
  close(): Promise<void>;
}
