// Notes in the database. Each method is one statement, and names in it whose notes it may touch.
import { and, desc, eq, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { notes } from './tables.ts';

/** A note of a user, or of a team: then `ownerId` is who wrote it. */
export type Note = typeof notes.$inferSelect;

/** What a note is written with. */
export type NewNote = Pick<Note, 'ownerId' | 'teamId' | 'text'>;

/** A note as a caller asks for it. */
export interface NoteKey {
  readonly id: string;
  /** The caller. */
  readonly readerId: string;
}

/** A place in a list: that of the note with this time and id, also where it has been deleted. */
export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

/** A part of a list: `size` notes from the start or the end of what lies between two positions. */
export interface PageRequest {
  readonly size: number;
  readonly fromEnd: boolean;
  readonly after: Position | undefined;
  readonly before: Position | undefined;
}

/** Some notes, the oldest first, and whether there are more on either side. */
export interface NotePage {
  readonly notes: readonly Note[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

/** Where notes are kept. Every method rejects as `Database.run` does. */
export interface NoteStore {
  /** For each key the note, if it is the reader's own or a team's: whether the reader may see the team's is for a scope to say. */
  byKeys(keys: readonly NoteKey[], signal: AbortSignal): Promise<readonly (Note | undefined)[]>;
  ofOwner(ownerId: string, page: PageRequest, signal: AbortSignal): Promise<NotePage>;
  ofTeam(teamId: string, page: PageRequest, signal: AbortSignal): Promise<NotePage>;
  add(note: NewNote, signal: AbortSignal): Promise<Note>;
  /** Whether there was such a note of this owner. */
  delete(note: Pick<Note, 'id' | 'ownerId'>, signal: AbortSignal): Promise<boolean>;
  deleteAllOfOwner(ownerId: string, signal: AbortSignal): Promise<void>;
  deleteAllOfTeam(teamId: string, signal: AbortSignal): Promise<void>;
}

/** What Postgres takes as a UUID. Anything else is an error there, and here the id of no note. */
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Creates the store. */
export function createNoteStore(database: Database): NoteStore {
  async function page(
    of: SQL | undefined,
    { size, fromEnd, after, before }: PageRequest,
    signal: AbortSignal,
  ): Promise<NotePage> {
    const order = [notes.createdAt, notes.id];
    const rows = await database.run(signal, (queries) =>
      queries
        .select()
        .from(notes)
        .where(
          and(of, after && sql`${PLACE} > ${placeOf(after)}`, before && sql`${PLACE} < ${placeOf(before)}`),
        )
        .orderBy(...(fromEnd ? order.map((column) => desc(column)) : order))
        // One more than the page shows says whether there is another page.
        .limit(size + 1),
    );
    const found = rows.slice(0, size);
    const hasMore = rows.length > size;
    // Beyond a cursor lies at least the note that it was made from, unless that has been deleted.
    return fromEnd
      ? { notes: found.reverse(), hasPrevious: hasMore, hasNext: before !== undefined }
      : { notes: found, hasPrevious: after !== undefined, hasNext: hasMore };
  }

  return {
    async byKeys(keys, signal) {
      const ids = keys.map(({ id }) => id.toLowerCase()).filter((id) => UUID.test(id));
      if (ids.length === 0) return keys.map(() => undefined);
      const readers = new Set(keys.map(({ readerId }) => readerId));
      const isReadable = or(inArray(notes.ownerId, [...readers]), isNotNull(notes.teamId));
      const rows = await database.run(signal, (queries) =>
        queries
          .select()
          .from(notes)
          .where(and(inArray(notes.id, ids), isReadable)),
      );
      const byId = new Map(rows.map((note) => [note.id, note]));
      return keys.map(({ id, readerId }) => {
        const note = byId.get(id.toLowerCase());
        return note?.ownerId === readerId || note?.teamId ? note : undefined;
      });
    },
    ofOwner: (ownerId, request, signal) =>
      page(and(eq(notes.ownerId, ownerId), isNull(notes.teamId)), request, signal),
    ofTeam: (teamId, request, signal) => page(eq(notes.teamId, teamId), request, signal),
    async add(note, signal) {
      const [added] = await database.run(signal, (queries) => queries.insert(notes).values(note).returning());
      if (!added) throw new Error('The database returned no row');
      return added;
    },
    async delete({ id, ownerId }, signal) {
      const deleted = await database.run(signal, (queries) =>
        queries
          .delete(notes)
          .where(and(eq(notes.id, id), eq(notes.ownerId, ownerId)))
          .returning({ id: notes.id }),
      );
      return deleted.length > 0;
    },
    async deleteAllOfOwner(ownerId, signal) {
      await database.run(signal, (queries) => queries.delete(notes).where(eq(notes.ownerId, ownerId)));
    },
    async deleteAllOfTeam(teamId, signal) {
      await database.run(signal, (queries) => queries.delete(notes).where(eq(notes.teamId, teamId)));
    },
  };
}

/** Notes written in the same millisecond are in the order of their ids. Compared as a row, so that the index is used. */
const PLACE = sql`(${notes.createdAt}, ${notes.id})`;

function placeOf({ createdAt, id }: Position): SQL {
  return sql`(${createdAt.toISOString()}::timestamptz, ${id}::uuid)`;
}
