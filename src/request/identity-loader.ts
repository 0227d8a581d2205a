// The provider's data of the caller, for one request: each kind is read once, however many fields need it.
import type { MaybePromise } from '@whatwg-node/promise-helpers';
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
import type { Team, TeamMember } from '../provider/teams.ts';
import type { Uuid } from '../provider/uuid.ts';

/** What the loader of one request is created from. */
export interface IdentityLoaderOptions {
  readonly reads: Reads;
  readonly provider: RequestProvider;
  readonly request: CallerRequest;
  /** Forgets the profile that the request has loaded. */
  readonly clearProfile: () => void;
}

/**
 * Reads on behalf of the caller. What is in the cache is returned synchronously. Every read throws (or rejects with)
 * `AppError` as `toAppError` makes it, and `LIMIT_EXCEEDED` where the request may make no further call.
 */
export class IdentityLoader {
  readonly #options: IdentityLoaderOptions;
  /** What was read or is being read, by its kind and team. Created for the first read. */
  #known: Map<string, MaybePromise<unknown>> | undefined;
  /** Whether `#known` has teams from a copy, rather than from a call of this request. */
  #teamsAreCopy = false;

  constructor(options: IdentityLoaderOptions) {
    this.#options = options;
  }

  /** The caller's teams, the oldest first. */
  teams(): MaybePromise<readonly Team[]> {
    return this.#once(TEAMS.name, () => {
      const read = this.#read(TEAMS);
      this.#teamsAreCopy = !(read instanceof Promise);
      return read;
    });
  }

  /** The caller's permissions in all teams, by one call. */
  teamPermissions(): MaybePromise<TeamPermissions> {
    return this.#once(TEAM_PERMISSIONS.name, () => this.#read(TEAM_PERMISSIONS));
  }

  projectPermissions(): MaybePromise<Permissions> {
    return this.#once(PROJECT_PERMISSIONS.name, () => this.#read(PROJECT_PERMISSIONS));
  }

  contactChannels(): MaybePromise<readonly ContactChannel[]> {
    return this.#once(CONTACT_CHANNELS.name, () => this.#read(CONTACT_CHANNELS));
  }

  notificationPreferences(): MaybePromise<readonly NotificationPreference[]> {
    return this.#once(NOTIFICATION_PREFERENCES.name, () => this.#read(NOTIFICATION_PREFERENCES));
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
  async team(teamId: Uuid): Promise<Team | undefined> {
    const known = findTeam(await this.teams(), teamId);
    if (known) return known;
    const teams = await this.#recheckTeams();
    return teams && findTeam(teams, teamId);
  }

  /** Whether the caller is a member of this team: as `team`. */
  async isMember(teamId: Uuid): Promise<boolean> {
    return (await this.team(teamId)) !== undefined;
  }

  /** Forgets everything that the request has read, so that what is read next shows what a mutation changed. */
  clear(): void {
    this.#known = undefined;
    this.#options.clearProfile();
  }

  #once<T>(key: string, read: () => MaybePromise<T>): MaybePromise<T> {
    this.#known ??= new Map();
    const known = this.#known;
    // Whoever reads a key reads it as the same type.
    if (known.has(key)) return known.get(key) as MaybePromise<T>;
    const reading = read();
    known.set(key, reading);
    // From then on it is returned synchronously.
    if (reading instanceof Promise) reading.then((value) => known.set(key, value), ignore);
    return reading;
  }

  #read<T>(kind: UserKind<T>): MaybePromise<T> {
    const { reads, request } = this.#options;
    return reads.fresh(kind, request) ?? reads.fetch(kind, request).then(okOf);
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

  #recheckTeams(): MaybePromise<readonly Team[] | undefined> {
    if (!this.#teamsAreCopy) return undefined;
    return this.#once('teams again', () => {
      const { reads, request } = this.#options;
      return reads.recheck(TEAMS, request)?.then((outcome) => {
        const teams = okOf(outcome);
        this.#known?.set(TEAMS.name, teams);
        return teams;
      });
    });
  }
}

function findTeam(teams: readonly Team[], teamId: Uuid): Team | undefined {
  return teams.find(({ id }) => id === teamId);
}

function okOf<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'ok') return outcome.value;
  throw toAppError(outcome);
}

function ignore(): void {}
