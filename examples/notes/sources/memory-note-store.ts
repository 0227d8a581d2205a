// Notes in memory, for as long as the process lives. A store with a database implements the same interface.
import { randomUUID } from 'node:crypto';
import { createPubSub } from 'graphql-yoga';
import type { Note, NoteStore } from './note-store.ts';

/** Creates an empty store. */
export function createMemoryNoteStore(): NoteStore {
  const notes = new Map<string, Note>();
  const events = createPubSub<{ added: [ownerId: string, note: Note] }>();
  return {
    async byIds(ids) {
      return ids.map((id) => notes.get(id));
    },
    async ofOwner(ownerId, { first, after }) {
      const own = [...notes.values()].filter((note) => note.ownerId === ownerId);
      const index = after === undefined ? -1 : own.findIndex(({ id }) => id === after);
      if (after !== undefined && index === -1) return { notes: [], hasMore: false };
      const rest = own.slice(index + 1);
      return { notes: rest.slice(0, first), hasMore: rest.length > first };
    },
    async add(note) {
      const added = { ...note, id: randomUUID() };
      notes.set(added.id, added);
      events.publish('added', added.ownerId, added);
      return added;
    },
    added(ownerId) {
      return events.subscribe('added', ownerId);
    },
    async delete(id) {
      notes.delete(id);
    },
    async close() {
      notes.clear();
    },
  };
}
