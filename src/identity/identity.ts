// The provider's user as a graph: one noun a file, each added to a builder.
import type { Claims } from '../auth/claims.ts';
import type { Builder, Ref } from '../graph/builder.ts';
import type { ApiKey } from '../provider/api-keys.ts';
import type { ContactChannel } from '../provider/contact-channels.ts';
import type { TeamInvitation } from '../provider/invitations.ts';
import type { NotificationPreference } from '../provider/notification-preferences.ts';
import type { ActiveSession } from '../provider/sessions.ts';
import type { TeamMember } from '../provider/team-members.ts';
import type { Team } from '../provider/teams.ts';
import type { AppTypes } from '../request/app-types.ts';
import { addActiveSession } from './active-session.ts';
import { addApiKey } from './api-key.ts';
import { addContactChannel } from './contact-channel.ts';
import { addMeChanged } from './me-changed.ts';
import { addMutations } from './mutations/mutations.ts';
import { addNotificationPreference } from './notification-preference.ts';
import { addSession } from './session.ts';
import { addTeam } from './team.ts';
import { addTeamInvitation } from './team-invitation.ts';
import { addTeamMember } from './team-member.ts';
import { addUser } from './user.ts';

/**
 * Our types, for fields that an app adds to them or returns them from.
 *
 * @example schema: (builder, { User }: Refs<Types>) => builder.objectField(User, 'notes', notesField)
 */
export interface Refs<T extends AppTypes> {
  /** The caller, by the verified claims. */
  readonly User: Ref<Claims, T>;
  readonly Team: Ref<Team, T>;
  readonly TeamMember: Ref<TeamMember, T>;
  readonly TeamInvitation: Ref<TeamInvitation, T>;
  readonly ContactChannel: Ref<ContactChannel, T>;
  readonly ActiveSession: Ref<ActiveSession, T>;
  readonly ApiKey: Ref<ApiKey, T>;
  readonly NotificationPreference: Ref<NotificationPreference, T>;
}

/** What is added: everything, unless it is said otherwise. */
export interface IdentityOptions {
  readonly mutations?: boolean | undefined;
  /** Needs a server that watches changes. In a subgraph it is left out, as few gateways can pass it on. */
  readonly subscription?: boolean | undefined;
  /** Whether a gateway joins the types with those of other subgraphs. */
  readonly isSubgraph?: boolean | undefined;
}

/** Adds types and root fields of ours to a builder that has the root types and the scalars. */
export function addIdentity(builder: Builder, options: IdentityOptions = {}): Refs<AppTypes> {
  const { mutations = true, isSubgraph = false, subscription = !isSubgraph } = options;
  const ofUsersAndTeams = {
    TeamMember: addTeamMember(builder),
    TeamInvitation: addTeamInvitation(builder),
    ApiKey: addApiKey(builder),
  };
  const ofUsers = {
    ...ofUsersAndTeams,
    Team: addTeam(builder, ofUsersAndTeams),
    ContactChannel: addContactChannel(builder),
    ActiveSession: addActiveSession(builder),
    NotificationPreference: addNotificationPreference(builder),
  };
  const User = addUser(builder, ofUsers, { isSubgraph });
  addSession(builder);
  const refs = { User, ...ofUsers };
  if (mutations) addMutations(builder, refs);
  if (subscription) addMeChanged(builder, User);
  return refs;
}
