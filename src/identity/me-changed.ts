// `meChanged`: the caller now, and again after each change.
import type { Claims } from '../auth/claims.ts';
import type { Builder, Ref } from '../graph/builder.ts';
import { FOLLOW_USER } from '../request/context.ts';
import { UserEvents } from '../request/user-events.ts';

/** Adds `Subscription.meChanged`. The root type is the server's. */
export function addMeChanged(builder: Builder, User: Ref<Claims>): void {
  builder.subscriptionField('meChanged', (t) =>
    t.withAuth({ authenticated: true }).field({
      type: User,
      nullable: true,
      description:
        'The signed-in user: at once, and again after each change that a webhook or a mutation tells of. Several changes may be one event, and an event may show nothing new. Needs: authenticated.',
      subscribe(_root, _args, { user, [FOLLOW_USER]: follow }) {
        if (!follow) throw new Error('Users are not followed here');
        return new UserEvents(follow, user.id);
      },
      async resolve(event, _args, { user, loaders }) {
        // Whatever is selected: a deleted user ends the stream. Other failures are those of the fields that need the profile.
        if (event === 'changed') await loaders.profile.load(user.id).catch(() => {});
        return user;
      },
    }),
  );
}
