// An app with packages that cannot be bundled: one with WebAssembly, one that is native. tools/ci/check-image.ts builds an image of it.
import { ResolverFactory } from 'oxc-resolver';
import { defineApp } from '#server';
import { openNoteStore } from './note-store.ts';
import type { AppTypes } from './types.ts';

export const app = defineApp<AppTypes>({
  schema: (builder) => {
    builder.queryField('notes', (t) =>
      t.withAuth({ authenticated: true }).stringList({
        description: 'The notes of the caller, from PGlite. Needs: authenticated.',
        resolve: (_root, _args, { user, sources }) => sources.notes.of(user.id),
      }),
    );
    builder.queryField('resolved', (t) =>
      t.withAuth({ authenticated: true }).string({
        nullable: true,
        description:
          'Whether the native resolver finds the module that is the program. Needs: authenticated.',
        resolve: () => new ResolverFactory({}).sync(import.meta.dirname, './main.js').path ?? null,
      }),
    );
    builder.mutationField('addNote', (t) =>
      t.withAuth({ authenticated: true }).boolean({
        description: 'Stores a note. Needs: authenticated.',
        args: { text: t.arg.string({ required: true }) },
        resolve: async (_root, { text }, { user, sources }) => {
          await sources.notes.add(user.id, text);
          return true;
        },
      }),
    );
  },
  sources: async () => ({ notes: await openNoteStore() }),
});
