// `notes`, `note` and `addNote`: what a user wrote down, for that user alone.
import { builder } from '../builder.ts';
import type { Note } from '../sources/note-store.ts';

const NoteRef = builder.objectRef<Note>('Note').implement({
  description: 'Something to remember. Needs: ownerOf.',
  authScopes: ({ ownerId }) => ({ ownerOf: ownerId }),
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the note.' }),
    text: t.exposeString('text', { description: 'What was written.' }),
  }),
});

builder.queryField('note', (t) =>
  t.withAuth({ authenticated: true }).field({
    type: NoteRef,
    nullable: true,
    description: 'A note by its id. Null where there is none. Needs: authenticated.',
    args: { id: t.arg.id({ required: true, description: 'The id of the note.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.note.load(id),
  }),
);

builder.queryField('notes', (t) =>
  t.withAuth({ authenticated: true }).field({
    type: [NoteRef],
    nullable: true,
    description: 'The notes of the caller. Needs: authenticated.',
    resolve: (_root, _args, { user, sources }) => sources.notes.ofOwner(user.id),
  }),
);

builder.mutationField('addNote', (t) =>
  t.withAuth({ member: true }).field({
    type: NoteRef,
    nullable: true,
    description: 'Writes a note. Needs: member.',
    args: { text: t.arg.string({ required: true, description: 'What to remember.' }) },
    resolve: (_root, { text }, { user, sources }) => sources.notes.add({ ownerId: user.id, text }),
  }),
);
