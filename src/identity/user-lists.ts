// What the caller has: teams, permissions, channels, sessions, invitations, keys and preferences, one call for each kind.
import { handleMaybePromise } from '@whatwg-node/promise-helpers';
import type { Claims } from '../auth/claims.ts';
import type { Builder, Ref } from '../graph/builder.ts';
import { eachOf, OF_USER } from '../graph/list-complexity.ts';
import type { ApiKey } from '../provider/api-keys.ts';
import type { ContactChannel } from '../provider/contact-channels.ts';
import type { TeamInvitation } from '../provider/invitations.ts';
import type { NotificationPreference } from '../provider/notification-preferences.ts';
import type { ActiveSession } from '../provider/sessions.ts';
import type { Team } from '../provider/teams.ts';

/** The types that a user refers to. */
export interface ListRefs {
  readonly Team: Ref<Team>;
  readonly ContactChannel: Ref<ContactChannel>;
  readonly ActiveSession: Ref<ActiveSession>;
  readonly TeamInvitation: Ref<TeamInvitation>;
  readonly ApiKey: Ref<ApiKey>;
  readonly NotificationPreference: Ref<NotificationPreference>;
}

const CACHED = 'One call, cached. Null with an error while it cannot be had.';
const NOT_CACHED = 'One call, never answered from a cache. Null with an error while it cannot be had.';

/** Adds these fields to `User`. */
export function addListsOfUser(builder: Builder, User: Ref<Claims>, refs: ListRefs): void {
  builder.objectFields(User, (t) => ({
    selectedTeam: t.field({
      type: refs.Team,
      nullable: true,
      description:
        'The team that the user has selected, from the profile. Null where none is selected, and with an error while the profile cannot be had.',
      resolve: async ({ id }, _args, { loaders }) => (await loaders.profile.load(id)).selectedTeam,
    }),
    teams: t.field({
      type: [refs.Team],
      nullable: true,
      extensions: eachOf(OF_USER),
      description: `The teams of the user, the oldest first. ${CACHED}`,
      resolve: (_user, _args, { loaders }) => loaders.identity.teams(),
    }),
    permissions: t.stringList({
      nullable: true,
      description: `The user's permissions in the project, contained ones included, sorted. ${CACHED}`,
      resolve: (_user, _args, { loaders }) => loaders.identity.projectPermissions(),
    }),
    hasPermission: t.boolean({
      nullable: true,
      args: { id: t.arg.string({ required: true, description: 'The permission.' }) },
      description: `Whether the user has this permission in the project; false for an unknown one. ${CACHED}`,
      resolve: (_user, { id }, { loaders }) =>
        handleMaybePromise(
          () => loaders.identity.projectPermissions(),
          (permissions) => permissions.includes(id),
        ),
    }),
    contactChannels: t.field({
      type: [refs.ContactChannel],
      nullable: true,
      extensions: eachOf(OF_USER),
      description: `The e-mail addresses of the user, the oldest first. ${CACHED}`,
      resolve: (_user, _args, { loaders }) => loaders.identity.contactChannels(),
    }),
    sessions: t.field({
      type: [refs.ActiveSession],
      nullable: true,
      extensions: eachOf(OF_USER),
      description: `The sessions in which the user is signed in, the newest first. ${NOT_CACHED}`,
      resolve: (_user, _args, { loaders }) => loaders.identity.sessions(),
    }),
    teamInvitations: t.field({
      type: [refs.TeamInvitation],
      nullable: true,
      extensions: eachOf(OF_USER),
      description: `The invitations to the user's verified addresses. ${NOT_CACHED}`,
      resolve: (_user, _args, { loaders }) => loaders.identity.receivedInvitations(),
    }),
    apiKeys: t.field({
      type: [refs.ApiKey],
      nullable: true,
      extensions: eachOf(OF_USER),
      description: `The user's API keys, the newest first. ${NOT_CACHED}`,
      resolve: (_user, _args, { loaders }) => loaders.identity.apiKeys(),
    }),
    notificationPreferences: t.field({
      type: [refs.NotificationPreference],
      nullable: true,
      extensions: eachOf(OF_USER),
      description: `Which e-mails the user wants. ${CACHED}`,
      resolve: (_user, _args, { loaders }) => loaders.identity.notificationPreferences(),
    }),
  }));
}
