import { defineApp } from '#server';

export const app = defineApp({
  schema: (builder) =>
    builder.queryField('greeting', (t) =>
      t.withAuth({ member: true }).string({
        nullable: true,
        resolve: async (_root, _args, { user, loaders }) => {
          const { displayName } = await loaders.profile.load(user.id);
          return `Hello, ${displayName ?? 'you'}`;
        },
      }),
    ),
});
