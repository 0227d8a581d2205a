// What a caller may do: the rules of the endpoints, which hold for access type `client` alone (identity contract 2.1).
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import { type CheckedRequest, requireUser } from './checks.ts';
import { KnownError } from './known-errors.ts';
import type { MemberKey } from './memberships.ts';
import type { Project } from './project.ts';
import type { EmulatedTeam } from './teams.ts';
import type { EmulatedUser } from './user.ts';

/** An id in a path, a query or a body; upper case finds the same. */
export const uuid = z.guid().toLowerCase();

/** A user id in a path, a query or a body. */
export const userIdOrMe = z.union([z.literal('me'), uuid]);

/** The id of the user that is named: `me` is the token's user. Throws `CANNOT_GET_OWN_USER_WITHOUT_USER`. */
export function resolveUserId(checked: CheckedRequest, id: string): string;
export function resolveUserId(checked: CheckedRequest, id: string | undefined): string | undefined;
export function resolveUserId(checked: CheckedRequest, id: string | undefined): string | undefined {
  return id === 'me' ? requireUser(checked).id : id;
}

/** Refuses users other than the token's, for access type `client`. Throws a refusal in plain text (M 519 636). */
export function requireOwn(checked: CheckedRequest, userId: string | undefined, refusal: string): void {
  if (checked.accessType === 'client' && requireUser(checked).id !== userId) throw plainRefusal(403, refusal);
}

/** The token's user. Throws `USER_AUTHENTICATION_REQUIRED` (M 501 530). */
export function requireSignedIn({ user }: CheckedRequest): EmulatedUser {
  if (user) return user;
  throw new KnownError('USER_AUTHENTICATION_REQUIRED', 'User authentication required for this endpoint.');
}

/** Throws `USER_NOT_FOUND` (M 545). */
export function requireExistingUser(project: Project, id: string): EmulatedUser {
  const user = project.users.find(id);
  if (!user) throw new KnownError('USER_NOT_FOUND', 'User not found.');
  return user;
}

/** Throws `TEAM_NOT_FOUND` (M 539). */
export function requireTeam(project: Project, id: string): EmulatedTeam {
  const team = project.teams.find(id);
  if (!team) throw new KnownError('TEAM_NOT_FOUND', `Team ${id} not found.`, { team_id: id });
  return team;
}

/** Throws `TEAM_MEMBERSHIP_NOT_FOUND`, also where the team does not exist (M 528 529). */
export function requireMembership(project: Project, { teamId, userId }: MemberKey): void {
  if (project.memberships.find({ teamId, userId })) return;
  throw new KnownError('TEAM_MEMBERSHIP_NOT_FOUND', `User ${userId} is not found in team ${teamId}.`, {
    team_id: teamId,
    user_id: userId,
  });
}

/** Throws `TEAM_MEMBERSHIP_NOT_FOUND` or `TEAM_PERMISSION_REQUIRED` (M 534 535). */
export function requireTeamPermission(
  project: Project,
  { teamId, userId, permissionId }: MemberKey & { readonly permissionId: string },
): void {
  requireMembership(project, { teamId, userId });
  if (hasTeamPermission(project, { teamId, userId, permissionId })) return;
  throw new KnownError(
    'TEAM_PERMISSION_REQUIRED',
    `User ${userId} does not have permission ${permissionId} in team ${teamId}.`,
    { team_id: teamId, user_id: userId, permission_id: permissionId },
  );
}

/** Whether a user has a permission in a team, directly or contained in another. */
export function hasTeamPermission(
  project: Project,
  grant: MemberKey & { readonly permissionId: string },
): boolean {
  return project.permissions.list({ scope: 'team', recursive: true, ...grant }).length > 0;
}

/** A refusal in plain text, without a known error. */
export function plainRefusal(status: ContentfulStatusCode, message: string): HTTPException {
  return new HTTPException(status, { message });
}

/** The answer of the provider to what it did not expect (M 612 634 684 692). */
export function unexpected(): HTTPException {
  return plainRefusal(500, 'Something went wrong. Please make sure the data you entered is correct.');
}
