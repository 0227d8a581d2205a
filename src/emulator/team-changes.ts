// Changes of teams and users, with what belongs to them.
import type { MemberKey } from './memberships.ts';
import type { Project } from './project.ts';
import type { EmulatedTeam, NewTeam } from './teams.ts';

/** Creates a team; its creator, if there is one, becomes a member with the permission `team_admin` (M 500 574). */
export function createTeam(
  project: Project,
  { creatorId, ...options }: NewTeam & { readonly creatorId?: string | undefined },
): EmulatedTeam {
  const team = project.teams.create(options);
  if (creatorId !== undefined) join(project, { teamId: team.id, userId: creatorId }, 'team_admin');
  return team;
}

/** Adds a member with the permission `team_member` (M 516 571); a present member stays as it is. */
export function addMember(project: Project, key: MemberKey): void {
  if (!project.memberships.find(key)) join(project, key, 'team_member');
}

/** Removes a member with its permissions; false when there was none. */
export function removeMember(project: Project, key: MemberKey): boolean {
  project.permissions.revokeAll(key);
  deselectTeam(project, key);
  return project.memberships.remove(key);
}

/** Deletes a team with its members, their permissions, its invitations and its API keys; false when there was none. */
export function deleteTeam(project: Project, teamId: string): boolean {
  for (const membership of project.memberships.list({ teamId })) removeMember(project, membership);
  project.invitations.revoke(({ data }) => data.teamId === teamId);
  project.apiKeys.deleteAllOf(teamId);
  return project.teams.delete(teamId);
}

/** Deletes a user with everything that belongs to the user; false when there was none. */
export function deleteUser(project: Project, userId: string): boolean {
  project.sessions.endAllOf(userId);
  project.memberships.removeAll({ userId });
  project.permissions.revokeAll({ userId });
  project.contactChannels.deleteAllOf(userId);
  project.channelVerifications.revoke(({ data }) => data.userId === userId);
  project.apiKeys.deleteAllOf(userId);
  return project.users.delete(userId);
}

function join(project: Project, key: MemberKey, permissionId: string): void {
  project.memberships.add(key);
  project.permissions.grant({ teamId: key.teamId, userId: key.userId, permissionId });
}

function deselectTeam(project: Project, { teamId, userId }: MemberKey): void {
  const user = project.users.find(userId);
  if (user?.selectedTeam?.id === teamId) project.users.update(userId, { selectedTeam: null });
}
