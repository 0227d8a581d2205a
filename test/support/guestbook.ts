import { createBuilder } from '../../src/graph/builder.ts';

/** A graph with what the server's own lacks and frontends meet: a field for members, a mutation that is counted. */
export function createGuestbook() {
  const entries: string[] = [];
  const builder = createBuilder();
  builder.queryType({
    fields: (t) => ({
      nobody: t.string({ resolve: () => 'anybody may ask' }),
      member: t.withAuth({ member: true }).string({ nullable: true, resolve: () => 'welcome' }),
    }),
  });
  builder.mutationType({
    fields: (t) => ({
      sign: t.withAuth({ authenticated: true }).string({
        nullable: true,
        description: 'Signs the book, and tells the name of who did.',
        resolve: async (_root, _args, { user, loaders }) => {
          entries.push(user.id);
          return (await loaders.profile.load(user.id)).displayName;
        },
      }),
    }),
  });
  return { schema: builder.toSchema(), entries };
}
