// Teams, and what a member is in one of them (contract, IDENTITY 2.2 and 2.3).
import { z } from 'zod';
import { bytesOfText } from '../core/bytes-of-text.ts';
import { LARGEST_BODY } from '../core/http-client.ts';
import { listed, type Metadata, metadata, text, url } from './bounded.ts';
import type { Question } from './outcomes.ts';
import { path } from './path.ts';
import type { ProviderCall } from './send.ts';
import { type Uuid, uuid } from './uuid.ts';

/** A team, as its members may see it. */
export interface Team {
  readonly id: Uuid;
  readonly displayName: string;
  readonly profileImageUrl: string | undefined;
  readonly clientMetadata: Metadata | undefined;
  readonly clientReadOnlyMetadata: Metadata | undefined;
}

/** A user as a member of a team. Without an own name in the team the provider tells the name of the user. */
export interface TeamMember {
  readonly teamId: Uuid;
  readonly userId: Uuid;
  readonly displayName: string | undefined;
  readonly profileImageUrl: string | undefined;
}

/** A change of a team. An absent field changes nothing. */
export interface TeamChange {
  readonly displayName?: string | undefined;
  /** base64 data alone: the provider refuses URLs. */
  readonly profileImageUrl?: string | null | undefined;
  readonly clientMetadata?: object | null | undefined;
}

/** A change of the caller's own profile in a team. What was set there cannot be cleared. */
export interface MemberChange {
  readonly displayName?: string | undefined;
  readonly profileImageUrl?: string | undefined;
}

/** Teams of one user, and members of one team. Further ones are left out. */
const MAX_TEAMS = 1_000;
const MAX_MEMBERS = 1_000;

/** A team in an answer of the provider, without what it tells to servers alone. */
export const teamSchema = z
  .object({
    id: uuid,
    display_name: text.transform((name) => name ?? ''),
    profile_image_url: url,
    client_metadata: metadata,
    client_read_only_metadata: metadata,
  })
  .transform(
    (team): Team => ({
      id: team.id,
      displayName: team.display_name,
      profileImageUrl: team.profile_image_url,
      clientMetadata: team.client_metadata,
      clientReadOnlyMetadata: team.client_read_only_metadata,
    }),
  );

const memberSchema = z
  .object({ team_id: uuid, user_id: uuid, display_name: text, profile_image_url: url })
  .transform(
    (member): TeamMember => ({
      teamId: member.team_id,
      userId: member.user_id,
      displayName: member.display_name,
      profileImageUrl: member.profile_image_url,
    }),
  );

const teamsSchema = listed(teamSchema, MAX_TEAMS);
const membersSchema = listed(memberSchema, MAX_MEMBERS);

/** The teams of the caller, the oldest first. */
export const listTeams: ProviderCall<readonly Team[]> = {
  name: 'teams',
  method: 'GET',
  path: path`/teams?user_id=me`,
  access: 'client',
  maxBody: LARGEST_BODY,
  parse: (body) => teamsSchema.parse(body),
};

/** Creates a team. The caller becomes its first member. */
export function createTeam(team: TeamChange & { readonly displayName: string }): ProviderCall<Team> {
  return {
    name: 'create-team',
    method: 'POST',
    path: path`/teams`,
    access: 'client',
    body: { ...bodyOf(team), creator_user_id: 'me' },
    parse: (body) => teamSchema.parse(body),
  };
}

/** Changes a team. The provider asks `$update_team`. */
export function updateTeam(id: Uuid, change: TeamChange): ProviderCall<Team> {
  return {
    name: 'update-team',
    method: 'PATCH',
    path: path`/teams/${id}`,
    access: 'client',
    body: bodyOf(change),
    parse: (body) => theSame(teamSchema.parse(body), id),
  };
}

/** Deletes a team. The provider asks `$delete_team`. */
export function deleteTeam(id: Uuid): ProviderCall<undefined> {
  return {
    name: 'delete-team',
    method: 'DELETE',
    path: path`/teams/${id}`,
    access: 'client',
    parse: () => undefined,
  };
}

/** The members of a team, the oldest first. The provider asks `$read_members`. */
export function listMembers(teamId: Uuid): ProviderCall<readonly TeamMember[]> {
  return {
    name: 'members',
    method: 'GET',
    path: path`/team-member-profiles?team_id=${teamId}`,
    access: 'client',
    maxBody: LARGEST_BODY,
    parse: (body) => membersSchema.parse(body).map((member) => inTeam(member, teamId)),
  };
}

/** The caller as a member of a team. */
export function readMemberProfile(teamId: Uuid): ProviderCall<TeamMember> {
  return {
    name: 'member-profile',
    method: 'GET',
    path: path`/team-member-profiles/${teamId}/me`,
    access: 'client',
    parse: (body, question) => ownProfile(body, teamId, question),
  };
}

/** Changes the caller's own profile in a team. */
export function updateMemberProfile(
  teamId: Uuid,
  { displayName, profileImageUrl }: MemberChange,
): ProviderCall<TeamMember> {
  return {
    name: 'update-member-profile',
    method: 'PATCH',
    path: path`/team-member-profiles/${teamId}/me`,
    access: 'client',
    body: { display_name: displayName, profile_image_url: profileImageUrl },
    parse: (body, question) => ownProfile(body, teamId, question),
  };
}

/** Ends the caller's own membership. */
export function leaveTeam(teamId: Uuid): ProviderCall<undefined> {
  return {
    name: 'leave-team',
    method: 'DELETE',
    path: path`/team-memberships/${teamId}/me`,
    access: 'client',
    parse: () => undefined,
  };
}

/** Ends the membership of another user. The provider asks `$remove_members`. */
export function removeMember(teamId: Uuid, userId: Uuid): ProviderCall<undefined> {
  return {
    name: 'remove-member',
    method: 'DELETE',
    path: path`/team-memberships/${teamId}/${userId}`,
    access: 'client',
    parse: () => undefined,
  };
}

/** The objects of a team or of a member without their texts, in bytes. */
const TEAM_BYTES = 120;
const MEMBER_BYTES = 80;

/** Estimates the memory that a team holds, in bytes. */
export function bytesOfTeam(team: Team): number {
  let bytes = TEAM_BYTES;
  for (const each of [team.id, team.displayName, team.profileImageUrl]) bytes += bytesOfText(each);
  for (const each of [team.clientMetadata, team.clientReadOnlyMetadata]) bytes += bytesOfText(each?.json);
  return bytes;
}

/** Estimates the memory that a member holds, in bytes. */
export function bytesOfMember(member: TeamMember): number {
  let bytes = MEMBER_BYTES;
  for (const each of [member.teamId, member.userId, member.displayName, member.profileImageUrl])
    bytes += bytesOfText(each);
  return bytes;
}

function bodyOf({ displayName, profileImageUrl, clientMetadata }: TeamChange) {
  return { display_name: displayName, profile_image_url: profileImageUrl, client_metadata: clientMetadata };
}

function theSame(team: Team, id: Uuid): Team {
  if (team.id !== id) throw new Error('The team is another one');
  return team;
}

function inTeam(member: TeamMember, teamId: Uuid): TeamMember {
  if (member.teamId !== teamId) throw new Error('The member is one of another team');
  return member;
}

function ownProfile(body: unknown, teamId: Uuid, { caller }: Question): TeamMember {
  const member = inTeam(memberSchema.parse(body), teamId);
  if (member.userId !== caller?.id) throw new Error('The profile is that of another user');
  return member;
}
