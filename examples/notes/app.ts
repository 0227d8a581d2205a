// A whole app: a type with a source, a loader, a scope and a mutation of its own. `npm run dev -- --app examples/notes`
import { defineApp } from '#server';
import { createNoteLoader } from './loaders/note-loader.ts';
import { addNotes } from './schema/note.ts';
import { noteOwner } from './scopes/note-owner.ts';
import { createMemoryNoteStore } from './sources/memory-note-store.ts';
import type { AppTypes } from './types.ts';

export const app = defineApp<AppTypes>({
  schema: (builder) => {
    addNotes(builder);
  },
  sources: () => ({
    notes: createMemoryNoteStore(),
  }),
  loaders: ({ sources }) => ({
    note: createNoteLoader(sources.notes),
  }),
  scopes: {
    noteOwner,
  },
});
