// The provider's data of the caller, for one request: each kind is read once, however many fields need it.
import { handleMaybePromise, type MaybePromise } from '@whatwg-node/promise-helpers';
import { type ApiKey, listApiKeys } from '../provider/api-keys.ts';
import {
  CONTACT_CHANNELS,
  MEMBER_PROFILE,
  MEMBERS,
  NOTIFICATION_PREFERENCES,
  PROFILE,
  PROJECT_PERMISSIONS,
  TEAM_PERMISSIONS,
  TEAMS,
} from '../provider/cache/kinds.ts';
import type { ContactChannel } from '../provider/contact-channels.ts';
import {
  listReceivedInvitations,
  listSentInvitations,
  type TeamInvitation,
} from '../provider/invitations.ts';
import type { NotificationPreference } from '../provider/notification-preferences.ts';
import type { Permissions, TeamPermissions } from '../provider/permissions.ts';
import type { Profile } from '../provider/profile.ts';
import { type ActiveSession, listSessions } from '../provider/sessions.ts';
import type { TeamMember } from '../provider/team-members.ts';
import type { Team } from '../provider/teams.ts';
import { readUuid, type Uuid } from '../provider/uuid.ts';
import { RequestReads, type RequestReadsOptions } from './request-reads.ts';

/** What the loader of one request is created from. */
export interface IdentityLoaderOptions extends RequestReadsOptions {
  /** Forgets the profiles that the request has loaded. */
  readonly clearProfiles: () => void;
}

/** Reads on behalf of the caller, as `RequestReads`. */
export class IdentityLoader {
  readonly #reads: RequestReads;
  readonly #clearProfiles: () => void;

  constructor(options: IdentityLoaderOptions) {
    this.#reads = new RequestReads(options);
    this.#clearProfiles = options.clearProfiles;
  }

  /** The profile of the caller where a copy of it is fresh. For all else, other users too, there is `loaders.profile`. */
  cachedProfile(userId: string): Profile | undefined {
    return this.#reads.isCaller(userId) ? this.#reads.known(PROFILE) : undefined;
  }

  /** The caller's teams, the oldest first. */
  teams(): MaybePromise<readonly Team[]> {
    return this.#reads.read(TEAMS);
  }

  /** The caller's permissions in all teams, by one call. */
  teamPermissions(): MaybePromise<TeamPermissions> {
    return this.#reads.read(TEAM_PERMISSIONS);
  }

  /**
   * The caller's permissions in a team that is known to be one of the caller's. Before there are said to be none, a copy that may be
   * older than the membership is not trusted.
   */
  permissionsIn(teamId: string): MaybePromise<Permissions> {
    const known = this.teamPermissions();
    // Not by `handleMaybePromise`, which takes two functions: this is asked for each team.
    return known instanceof Promise
      ? known.then((permissions) => permissions.get(teamId) ?? this.#permissionsAgain(teamId))
      : (known.get(teamId) ?? this.#permissionsAgain(teamId));
  }

  projectPermissions(): MaybePromise<Permissions> {
    return this.#reads.read(PROJECT_PERMISSIONS);
  }

  contactChannels(): MaybePromise<readonly ContactChannel[]> {
    return this.#reads.read(CONTACT_CHANNELS);
  }

  notificationPreferences(): MaybePromise<readonly NotificationPreference[]> {
    return this.#reads.read(NOTIFICATION_PREFERENCES);
  }

  /** The caller as a member of a team. */
  memberProfile(teamId: Uuid): MaybePromise<TeamMember> {
    return this.#reads.once(`${MEMBER_PROFILE.name} ${teamId}`, () =>
      this.#reads.readOfTeam(MEMBER_PROFILE, teamId),
    );
  }

  members(teamId: Uuid): MaybePromise<readonly TeamMember[]> {
    return this.#reads.once(`${MEMBERS.name} ${teamId}`, () => this.#reads.readOfTeam(MEMBERS, teamId));
  }

  /** The caller's sessions, never from a copy. */
  sessions(): MaybePromise<readonly ActiveSession[]> {
    return this.#reads.once('sessions', () => this.#reads.call(listSessions));
  }

  /** The invitations to the caller, never from a copy. */
  receivedInvitations(): MaybePromise<readonly TeamInvitation[]> {
    return this.#reads.once('received-invitations', () => this.#reads.call(listReceivedInvitations));
  }

  /** The open invitations of a team, never from a copy. */
  sentInvitations(teamId: Uuid): MaybePromise<readonly TeamInvitation[]> {
    return this.#reads.once(`sent-invitations ${teamId}`, () =>
      this.#reads.call(listSentInvitations(teamId), teamId),
    );
  }

  /** The caller's keys, or those of a team, never from a copy. */
  apiKeys(teamId?: Uuid): MaybePromise<readonly ApiKey[]> {
    return this.#reads.once(`api-keys ${teamId}`, () => this.#reads.call(listApiKeys({ teamId }), teamId));
  }

  /** The caller's team of this id; `undefined` where the caller is no member. Before that, a copy that may be old is not trusted. */
  team(teamId: Uuid): MaybePromise<Team | undefined> {
    return this.#reads.find(TEAMS, (teams) => teams.find(({ id }) => id === teamId));
  }

  /** Whether the caller is a member of this team: as `team`. */
  isMember(teamId: Uuid): MaybePromise<boolean> {
    return this.#reads.has(TEAMS, (teams) => teams.some(({ id }) => id === teamId));
  }

  /** Whether the caller has this permission in this team. Before that is denied, a copy that may be old is not trusted. */
  hasTeamPermission(teamId: Uuid, id: string): MaybePromise<boolean> {
    return this.#reads.has(TEAM_PERMISSIONS, (permissions) => permissions.get(teamId)?.includes(id) === true);
  }

  /** The same for a permission in the project. */
  hasProjectPermission(id: string): MaybePromise<boolean> {
    return this.#reads.has(PROJECT_PERMISSIONS, (permissions) => permissions.includes(id));
  }

  /** Whether this is one of the caller's sessions, never from a copy. Impersonation sessions of support are not. */
  hasSession(sessionId: string): MaybePromise<boolean> {
    const id = readUuid(sessionId);
    if (id === undefined) return false;
    return handleMaybePromise(
      () => this.sessions(),
      (sessions) => sessions.some((session) => session.id === id),
    );
  }

  /** Forgets everything that the request has read, so that what is read next shows what a mutation changed. */
  clear(): void {
    this.#reads.clear();
    this.#clearProfiles();
  }

  #permissionsAgain(teamId: string): MaybePromise<Permissions> {
    return handleMaybePromise(
      () => this.#reads.recheck(TEAM_PERMISSIONS),
      (again) => again?.get(teamId) ?? [],
    );
  }
}
