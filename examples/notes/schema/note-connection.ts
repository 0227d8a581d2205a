// A page of notes, in the shape that Relay and other clients know: edges with cursors, and what comes before and after them.
import type { Builder, Ref } from '#server';
import type { Note, NotePage } from '../sources/note-store.ts';
import type { AppTypes } from '../types.ts';
import { cursorOf } from './cursor.ts';
import type { PageEnds } from './page-info.ts';

/** What a connection is made of. */
export interface NoteConnectionRefs {
  readonly Note: Ref<Note, AppTypes>;
  readonly PageInfo: Ref<PageEnds, AppTypes>;
}

/** Adds `NoteConnection` and `NoteEdge`. */
export function addNoteConnection(builder: Builder<AppTypes>, { Note, PageInfo }: NoteConnectionRefs) {
  const NoteEdge = builder.objectRef<Note>('NoteEdge').implement({
    description: 'A note in a page.',
    fields: (t) => ({
      cursor: t.string({
        description: 'To ask for what comes before or after this note.',
        resolve: cursorOf,
      }),
      node: t.field({ type: Note, description: 'The note.', resolve: (note) => note }),
    }),
  });
  return builder.objectRef<NotePage>('NoteConnection').implement({
    description: 'A page of notes.',
    fields: (t) => ({
      edges: t.field({
        type: [NoteEdge],
        description: 'The notes, the oldest first.',
        resolve: ({ notes }) => notes,
      }),
      pageInfo: t.field({
        type: PageInfo,
        description: 'Where the page begins and ends.',
        resolve({ notes, hasNext, hasPrevious }) {
          const [first] = notes;
          const last = notes.at(-1);
          return {
            hasNextPage: hasNext,
            hasPreviousPage: hasPrevious,
            startCursor: first && cursorOf(first),
            endCursor: last && cursorOf(last),
          };
        },
      }),
    }),
  });
}
