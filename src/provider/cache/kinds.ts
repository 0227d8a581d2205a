// The kinds of data that are cached: the call that reads each, the memory that it holds, and the teams that it shows.
import type { CopyKind } from '../../core/events.ts';
import { bytesOfChannels, type ContactChannel, listContactChannels } from '../contact-channels.ts';
import {
  bytesOfPreferences,
  listNotificationPreferences,
  type NotificationPreference,
} from '../notification-preferences.ts';
import {
  bytesOfPermissions,
  bytesOfTeamPermissions,
  listProjectPermissions,
  listTeamPermissions,
  type Permissions,
  type TeamPermissions,
} from '../permissions.ts';
import { bytesOfProfile, type Profile, readProfile } from '../profile.ts';
import { bytesOfPublicProfile, type PublicProfile, readPublicProfile } from '../public-profile.ts';
import type { ProviderCall } from '../send.ts';
import { bytesOfMember, listMembers, readMemberProfile, type TeamMember } from '../team-members.ts';
import { bytesOfTeam, listTeams, type Team } from '../teams.ts';
import type { Uuid } from '../uuid.ts';
import {
  CHANNELS_FORM,
  MEMBER_FORM,
  MEMBERS_FORM,
  PERMISSIONS_FORM,
  PREFERENCES_FORM,
  PROFILE_FORM,
  PUBLIC_PROFILE_FORM,
  type StoredForm,
  TEAM_PERMISSIONS_FORM,
  TEAMS_FORM,
} from './stored-forms.ts';

/** What is known of a kind. Methods, so that a kind of any values is one of `unknown`. */
interface Kind<T> {
  readonly name: CopyKind;
  readonly form: StoredForm<T>;
  bytesOf(value: T): number;
  /** Whether a copy shows something of a team of which `is` is true. */
  shows?(value: T, is: (teamId: string) => boolean): boolean;
  /** All teams that it shows something of. */
  teamsOf?(value: T): readonly string[];
}

/** A kind of which a user has one copy. */
export interface UserKind<T> extends Kind<T> {
  readonly call: ProviderCall<T>;
}

/** A kind of which a user has a copy for each team. */
export interface TeamKind<T> extends Kind<T> {
  readonly callOf: (teamId: Uuid) => ProviderCall<T>;
}

/** A kind of which there is one copy of each user for all who may see it. */
export interface SharedKind<T> extends Kind<T> {
  readonly callAbout: (userId: Uuid) => ProviderCall<T>;
  /** The value for a user that the provider does not know. */
  readonly unknown: T;
}

/** Any kind. */
export type AnyKind<T> = UserKind<T> | TeamKind<T> | SharedKind<T>;

/** Whether copies of this kind are those of one team. */
export function isOfTeam<T>(kind: AnyKind<T>): kind is TeamKind<T> {
  return 'callOf' in kind;
}

/** Whether copies of this kind may show teams. */
export function mayShowTeams(kind: AnyKind<unknown>): boolean {
  return isOfTeam(kind) || kind.shows !== undefined;
}

/** The caller's profile. */
export const PROFILE: UserKind<Profile> = {
  name: 'profile',
  call: readProfile,
  form: PROFILE_FORM,
  bytesOf: bytesOfProfile,
  shows: ({ selectedTeam }, is) => selectedTeam !== undefined && is(selectedTeam.id),
  teamsOf: ({ selectedTeam }) => (selectedTeam ? [selectedTeam.id] : []),
};

/** The teams of the caller. */
export const TEAMS: UserKind<readonly Team[]> = {
  name: 'teams',
  call: listTeams,
  form: TEAMS_FORM,
  bytesOf: (teams) => teams.reduce((bytes, team) => bytes + bytesOfTeam(team), LIST_BYTES),
  shows: (teams, is) => teams.some(({ id }) => is(id)),
  teamsOf: (teams) => teams.map(({ id }) => id),
};

/** The caller's permissions in all teams. */
export const TEAM_PERMISSIONS: UserKind<TeamPermissions> = {
  name: 'team-permissions',
  call: listTeamPermissions,
  form: TEAM_PERMISSIONS_FORM,
  bytesOf: bytesOfTeamPermissions,
  shows: (permissions, is) => [...permissions.keys()].some(is),
  teamsOf: (permissions) => [...permissions.keys()],
};

/** The caller's permissions in the project. */
export const PROJECT_PERMISSIONS: UserKind<Permissions> = {
  name: 'project-permissions',
  call: listProjectPermissions,
  form: PERMISSIONS_FORM,
  bytesOf: bytesOfPermissions,
};

/** The caller's e-mail addresses. */
export const CONTACT_CHANNELS: UserKind<readonly ContactChannel[]> = {
  name: 'contact-channels',
  call: listContactChannels,
  form: CHANNELS_FORM,
  bytesOf: bytesOfChannels,
};

/** Which e-mails the caller wants. */
export const NOTIFICATION_PREFERENCES: UserKind<readonly NotificationPreference[]> = {
  name: 'notification-preferences',
  call: listNotificationPreferences,
  form: PREFERENCES_FORM,
  bytesOf: bytesOfPreferences,
};

/** The members of a team, as the caller may see them. */
export const MEMBERS: TeamKind<readonly TeamMember[]> = {
  name: 'members',
  callOf: listMembers,
  form: MEMBERS_FORM,
  bytesOf: (members) => members.reduce((bytes, member) => bytes + bytesOfMember(member), LIST_BYTES),
};

/** The caller as a member of a team. */
export const MEMBER_PROFILE: TeamKind<TeamMember> = {
  name: 'member-profile',
  callOf: readMemberProfile,
  form: MEMBER_FORM,
  bytesOf: bytesOfMember,
};

/** What other users may know of a user. */
export const PUBLIC_PROFILE: SharedKind<PublicProfile | null> = {
  name: 'public-profile',
  callAbout: readPublicProfile,
  form: PUBLIC_PROFILE_FORM,
  unknown: null,
  bytesOf: bytesOfPublicProfile,
};

/** All kinds. */
export const KINDS: readonly AnyKind<unknown>[] = [
  PROFILE,
  TEAMS,
  TEAM_PERMISSIONS,
  PROJECT_PERMISSIONS,
  CONTACT_CHANNELS,
  NOTIFICATION_PREFERENCES,
  MEMBERS,
  MEMBER_PROFILE,
  PUBLIC_PROFILE,
];

/** An empty list and its places, in bytes. */
const LIST_BYTES = 100;
