// The members of teams, and memberships (contract, IDENTITY 2.3).
import { z } from 'zod';
import { bytesOfText } from '../core/bytes-of-text.ts';
import { LARGEST_BODY } from '../core/upstream.ts';
import { listed, text, url } from './bounded.ts';
import type { Question } from './outcomes.ts';
import { path } from './path.ts';
import type { ProviderCall } from './send.ts';
import { type Uuid, uuid } from './uuid.ts';

/** A user as a member of a team. Without an own name in the team the provider tells the name of the user. */
export interface TeamMember {
  readonly teamId: Uuid;
  readonly userId: Uuid;
  readonly displayName: string | undefined;
  readonly profileImageUrl: string | undefined;
}

/** A change of the caller's own profile in a team. What was set there cannot be cleared. */
export interface MemberChange {
  readonly displayName?: string | undefined;
  readonly profileImageUrl?: string | undefined;
}

/** Members of one team. Further ones are left out. */
const MAX_MEMBERS = 1_000;

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

const membersSchema = listed(memberSchema, MAX_MEMBERS);

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

/** The objects of a member without their texts, in bytes. */
const MEMBER_BYTES = 80;

/** Estimates the memory that a member holds, in bytes. */
export function bytesOfMember(member: TeamMember): number {
  let bytes = MEMBER_BYTES;
  for (const each of [member.teamId, member.userId, member.displayName, member.profileImageUrl])
    bytes += bytesOfText(each);
  return bytes;
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
