// `note`, `notes`, their mutations and subscription: what a user wrote down, for that user alone.
import type { Builder } from '#server';
import type { Note } from '../sources/note-store.ts';
import type { AppTypes } from '../types.ts';
import { addNoteConnection } from './note-connection.ts';
import { addNoteMutations } from './note-mutations.ts';
import { addNoteSubscriptions } from './note-subscriptions.ts';
import { addPageInfo } from './page-info.ts';
import { DEFAULT_PAGE, MAX_PAGE, pageComplexity, pageSize } from './page-size.ts';

/** Adds `Note`, its root fields, mutations and subscription. */
export function addNotes(builder: Builder<AppTypes>) {
  const NoteRef = builder.objectRef<Note>('Note').implement({
    description: 'Something to remember. Needs: noteOwner.',
    authScopes: ({ id }) => ({ noteOwner: id }),
    fields: (t) => ({
      id: t.exposeID('id', { description: 'The id of the note.' }),
      text: t.exposeString('text', { description: 'What was written.' }),
    }),
  });
  const NoteConnection = addNoteConnection(builder, { Note: NoteRef, PageInfo: addPageInfo(builder) });

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
      type: NoteConnection,
      nullable: true,
      description: 'The notes of the caller, a page at a time. Needs: authenticated.',
      args: {
        first: t.arg.int({ defaultValue: DEFAULT_PAGE, description: `How many, from 1 to ${MAX_PAGE}.` }),
        after: t.arg.string({ description: '`pageInfo.endCursor` of the page before.' }),
      },
      extensions: { complexity: pageComplexity },
      resolve: async (_root, { first, after }, { user, sources, loaders }) => {
        const page = await sources.notes.ofOwner(user.id, {
          first: pageSize(first),
          after: after ?? undefined,
        });
        // The scope of each note looks at the loader, which need not ask again.
        for (const note of page.notes) loaders.note.prime(note.id, note);
        return page;
      },
    }),
  );

  addNoteMutations(builder, NoteRef);
  addNoteSubscriptions(builder, NoteRef);
  return { Note: NoteRef };
}
