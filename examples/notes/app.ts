// A whole app with a database: notes of users and of their teams. `npm run dev -- --app examples/notes`
import { defineApp } from '#server';
import { createNoteLoader } from './loaders/note-loader.ts';
import { addNotes } from './schema/note.ts';
import { noteOwner } from './scopes/note-owner.ts';
import { openSources } from './sources/sources.ts';
import type { AppTypes } from './types.ts';
import { teamDeleted } from './webhooks/team-deleted.ts';
import { userDeleted } from './webhooks/user-deleted.ts';

export const app = defineApp<AppTypes>({
  schema: (builder) => {
    addNotes(builder);
  },
  sources: (deps) => openSources(deps),
  loaders: ({ sources, signal }) => ({
    note: createNoteLoader(sources.notes, signal),
  }),
  scopes: {
    noteOwner,
  },
  webhooks: {
    'user.deleted': userDeleted,
    'team.deleted': teamDeleted,
  },
});
