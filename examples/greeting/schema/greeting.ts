import type { Builder } from '#server';
import type { AppTypes } from '../types.ts';

/** Adds `Query.greeting`. */
export function addGreeting(builder: Builder<AppTypes>): void {
  builder.queryField('greeting', (t) =>
    t.withAuth({ member: true }).string({
      nullable: true,
      description: 'A greeting for members. Needs: member.',
      resolve: async (_root, _args, { user, loaders }) => {
        const { displayName } = await loaders.profile.load(user.id);
        return `Hello, ${displayName ?? 'you'}`;
      },
    }),
  );
}
