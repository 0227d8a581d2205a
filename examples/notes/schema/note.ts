// `Note`: what a user wrote down, for that user alone or for a team.
import type { Builder } from '#server';
import type { Note } from '../sources/note-store.ts';
import type { AppTypes } from '../types.ts';
import { addAuthor } from './author.ts';
import { addNoteConnection } from './note-connection.ts';
import { addNoteLists } from './note-lists.ts';
import { addNoteMutations } from './note-mutations.ts';
import { addNoteSubscriptions } from './note-subscriptions.ts';
import { addPageInfo } from './page-info.ts';
import { teamScope } from './team-scope.ts';

/** Adds `Note`, its root fields, mutations and subscription. */
export function addNotes(builder: Builder<AppTypes>) {
  const Author = addAuthor(builder);
  const NoteRef = builder.objectRef<Note>('Note').implement({
    description: 'Something to remember. Needs: noteOwner, or for a note of a team teamPermission.',
    authScopes: ({ id, teamId }) => (teamId === null ? { noteOwner: id } : teamScope(teamId)),
    fields: (t) => ({
      id: t.exposeID('id', { description: 'The id of the note.' }),
      text: t.exposeString('text', { description: 'What was written.' }),
      teamId: t.exposeID('teamId', { nullable: true, description: 'The team. Null for a note of one user.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written.' }),
      author: t.field({
        type: Author,
        nullable: true,
        description: 'Who wrote it. Null where that user has been deleted.',
        resolve: ({ ownerId }, _args, { loaders }) => loaders.publicProfile.load(ownerId),
      }),
    }),
  });

  builder.queryField('note', (t) =>
    t.withAuth({ authenticated: true }).field({
      type: NoteRef,
      nullable: true,
      description:
        "A note by its id: the caller's own, or one of a team. Null for any other. Needs: authenticated.",
      args: { id: t.arg.id({ required: true, description: 'The id of the note.' }) },
      resolve: (_root, { id }, { user, loaders }) => loaders.note.load({ id, readerId: user.id }),
    }),
  );

  const NoteConnection = addNoteConnection(builder, { Note: NoteRef, PageInfo: addPageInfo(builder) });
  addNoteLists(builder, NoteConnection);
  addNoteMutations(builder, NoteRef);
  addNoteSubscriptions(builder, NoteRef);
  return { Note: NoteRef };
}
