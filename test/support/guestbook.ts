import { createBuilder } from '../../src/graph/builder.ts';

/** A graph with what clients meet and the server's own lacks: a public field, a member field, a counted mutation. */
export function createGuestbook() {
  const entries: string[] = [];
  const builder = createBuilder();
  builder.queryType({
    fields: (t) => ({
      open: t.string({ resolve: () => 'public' }),
      member: t.withAuth({ member: true }).string({ nullable: true, resolve: () => 'welcome' }),
    }),
  });
  builder.mutationType({
    fields: (t) => ({
      sign: t.withAuth({ authenticated: true }).string({
        nullable: true,
        description: 'Signs the book, and returns the name of the signer.',
        resolve: async (_root, _args, { user, loaders }) => {
          entries.push(user.id);
          return (await loaders.profile.load(user.id)).displayName;
        },
      }),
    }),
  });
  return { schema: builder.toSchema(), entries };
}
