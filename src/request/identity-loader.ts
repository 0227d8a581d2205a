// The provider's data of the caller, for one request: each kind is read once, however many fields need it.
import { handleMaybePromise, type MaybePromise } from '@whatwg-node/promise-helpers';
import type { CopyKind } from '../core/events.ts';
import { type ApiKey, listApiKeys } from '../provider/api-keys.ts';
import {
  CONTACT_CHANNELS,
  MEMBER_PROFILE,
  MEMBERS,
  NOTIFICATION_PREFERENCES,
  PROJECT_PERMISSIONS,
  TEAM_PERMISSIONS,
  TEAMS,
  type TeamKind,
  type UserKind,
} from '../provider/cache/kinds.ts';
import type { Reads } from '../provider/cache/reads.ts';
import type { RequestProvider } from '../provider/client.ts';
import type { ContactChannel } from '../provider/contact-channels.ts';
import {
  listReceivedInvitations,
  listSentInvitations,
  type TeamInvitation,
} from '../provider/invitations.ts';
import type { NotificationPreference } from '../provider/notification-preferences.ts';
import { toAppError } from '../provider/outcome-error.ts';
import type { Outcome } from '../provider/outcomes.ts';
import type { Permissions, TeamPermissions } from '../provider/permissions.ts';
import type { CallerRequest, ProviderCall } from '../provider/send.ts';
import { type ActiveSession, listSessions } from '../provider/sessions.ts';
import type { TeamMember } from '../provider/team-members.ts';
import type { Team } from '../provider/teams.ts';
import { readUuid, type Uuid } from '../provider/uuid.ts';

/** What the loader of one request is created from. */
export interface IdentityLoaderOptions {
  readonly reads: Reads;
  readonly provider: RequestProvider;
  readonly request: CallerRequest;
  /** Forgets the profiles that the request has loaded. */
  readonly clearProfiles: () => void;
}

/**
 * Reads on behalf of the caller. What is in the cache is returned synchronously. Every read throws (or rejects with)
 * `AppError` as `toAppError` makes it, and `LIMIT_EXCEEDED` where the request may make no further call.
 */
export class IdentityLoader {
  readonly #options: IdentityLoaderOptions;
  /** What was read or is being read, by its kind and team. Created for the first read. */
  #known: Map<string, MaybePromise<unknown>> | undefined;
  /** Kinds that `#known` has from a copy, rather than from a call of this request. */
  #copies: CopyKind[] | undefined;

  constructor(options: IdentityLoaderOptions) {
    this.#options = options;
  }

  /** The caller's teams, the oldest first. */
  teams(): MaybePromise<readonly Team[]> {
    return this.#readOnce(TEAMS);
  }

  /** The caller's permissions in all teams, by one call. */
  teamPermissions(): MaybePromise<TeamPermissions> {
    return this.#readOnce(TEAM_PERMISSIONS);
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
    return this.#readOnce(PROJECT_PERMISSIONS);
  }

  contactChannels(): MaybePromise<readonly ContactChannel[]> {
    return this.#readOnce(CONTACT_CHANNELS);
  }

  notificationPreferences(): MaybePromise<readonly NotificationPreference[]> {
    return this.#readOnce(NOTIFICATION_PREFERENCES);
  }

  /** The caller as a member of a team. */
  memberProfile(teamId: Uuid): MaybePromise<TeamMember> {
    return this.#once(`${MEMBER_PROFILE.name} ${teamId}`, () => this.#readOfTeam(MEMBER_PROFILE, teamId));
  }

  members(teamId: Uuid): MaybePromise<readonly TeamMember[]> {
    return this.#once(`${MEMBERS.name} ${teamId}`, () => this.#readOfTeam(MEMBERS, teamId));
  }

  /** The caller's sessions, never from a copy. */
  sessions(): MaybePromise<readonly ActiveSession[]> {
    return this.#once('sessions', () => this.#call(listSessions));
  }

  /** The invitations to the caller, never from a copy. */
  receivedInvitations(): MaybePromise<readonly TeamInvitation[]> {
    return this.#once('received-invitations', () => this.#call(listReceivedInvitations));
  }

  /** The open invitations of a team, never from a copy. */
  sentInvitations(teamId: Uuid): MaybePromise<readonly TeamInvitation[]> {
    return this.#once(`sent-invitations ${teamId}`, () => this.#call(listSentInvitations(teamId), teamId));
  }

  /** The caller's keys, or those of a team, never from a copy. */
  apiKeys(teamId?: Uuid): MaybePromise<readonly ApiKey[]> {
    return this.#once(`api-keys ${teamId}`, () => this.#call(listApiKeys({ teamId }), teamId));
  }

  /** The caller's team of this id; `undefined` where the caller is no member. Before that, a copy that may be old is not trusted. */
  team(teamId: Uuid): MaybePromise<Team | undefined> {
    return this.#find(TEAMS, (teams) => teams.find(({ id }) => id === teamId));
  }

  /** Whether the caller is a member of this team: as `team`. */
  isMember(teamId: Uuid): MaybePromise<boolean> {
    return this.#has(TEAMS, (teams) => teams.some(({ id }) => id === teamId));
  }

  /** Whether the caller has this permission in this team. Before that is denied, a copy that may be old is not trusted. */
  hasTeamPermission(teamId: Uuid, id: string): MaybePromise<boolean> {
    return this.#has(TEAM_PERMISSIONS, (permissions) => permissions.get(teamId)?.includes(id) === true);
  }

  /** The same for a permission in the project. */
  hasProjectPermission(id: string): MaybePromise<boolean> {
    return this.#has(PROJECT_PERMISSIONS, (permissions) => permissions.includes(id));
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
    this.#known = undefined;
    this.#copies = undefined;
    this.#options.clearProfiles();
  }

  #once<T>(key: string, read: () => MaybePromise<T>): MaybePromise<T> {
    this.#known ??= new Map();
    const known = this.#known;
    // All reads of one key have the same type.
    if (known.has(key)) return known.get(key) as MaybePromise<T>;
    const reading = read();
    known.set(key, reading);
    // From then on it is returned synchronously.
    if (reading instanceof Promise) reading.then((value) => known.set(key, value), ignore);
    return reading;
  }

  /** Called for each field: what is known is returned without a function or a promise. */
  #readOnce<T>(kind: UserKind<T>): MaybePromise<T> {
    // All reads of one kind have the same type, and none of them is `undefined`.
    const known = this.#known?.get(kind.name) as MaybePromise<T> | undefined;
    if (known !== undefined) return known;
    const { reads, request } = this.#options;
    const fresh = reads.fresh(kind, request);
    if (fresh === undefined) return this.#once(kind.name, () => reads.fetch(kind, request).then(okOf));
    this.#known ??= new Map();
    this.#known.set(kind.name, fresh);
    this.#copies ??= [];
    this.#copies.push(kind.name);
    return fresh;
  }

  #find<T, Found>(kind: UserKind<T>, find: (value: T) => Found | undefined): MaybePromise<Found | undefined> {
    return handleMaybePromise(
      () => this.#readOnce(kind),
      (value) => {
        const found = find(value);
        if (found !== undefined) return found;
        return handleMaybePromise(
          () => this.#recheck(kind),
          (again) => (again === undefined ? undefined : find(again)),
        );
      },
    );
  }

  #has<T>(kind: UserKind<T>, isIn: (value: T) => boolean): MaybePromise<boolean> {
    return handleMaybePromise(
      () => this.#find(kind, (value) => isIn(value) || undefined),
      (found) => found === true,
    );
  }

  #permissionsAgain(teamId: string): MaybePromise<Permissions> {
    return handleMaybePromise(
      () => this.#recheck(TEAM_PERMISSIONS),
      (again) => again?.get(teamId) ?? [],
    );
  }

  #readOfTeam<T>(kind: TeamKind<T>, teamId: Uuid): MaybePromise<T> {
    const { reads, request } = this.#options;
    return (
      reads.freshOfTeam(kind, request, teamId) ??
      reads.fetchOfTeam(kind, request, teamId).then((outcome) => this.#valueOfTeam(outcome, teamId))
    );
  }

  #call<T>(call: ProviderCall<T>, teamId?: Uuid): Promise<T> {
    return this.#options.provider.call(call).then((outcome) => {
      if (outcome.kind === 'gone') this.#options.reads.drop(this.#options.request.id);
      return this.#valueOfTeam(outcome, teamId);
    });
  }

  /** A membership that has ended elsewhere: the copies that say otherwise are dropped. */
  #valueOfTeam<T>(outcome: Outcome<T>, teamId: Uuid | undefined): T {
    if (teamId !== undefined && outcome.kind === 'rejected' && outcome.code === 'NOT_A_TEAM_MEMBER')
      this.#options.reads.dropMembership(this.#options.request.id, teamId);
    return okOf(outcome);
  }

  /** The kind as the provider has it now, where what is known of it is from a copy that may be old. */
  #recheck<T>(kind: UserKind<T>): MaybePromise<T | undefined> {
    if (!this.#copies?.includes(kind.name)) return undefined;
    return this.#once(`${kind.name} again`, () => {
      const { reads, request } = this.#options;
      return reads.recheck(kind, request)?.then((outcome) => {
        const value = okOf(outcome);
        this.#known?.set(kind.name, value);
        return value;
      });
    });
  }
}

function okOf<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'ok') return outcome.value;
  throw toAppError(outcome);
}

function ignore(): void {}
