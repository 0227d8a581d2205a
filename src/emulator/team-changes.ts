// Changes of teams, with what belongs to them and the webhooks that tell of them.
import type { MemberKey } from './memberships.ts';
import type { Grant } from './permissions.ts';
import type { Project } from './project.ts';
import { type EmulatedTeam, type NewTeam, readTeamAsServer, type TeamPatch } from './teams.ts';

/** Creates a team; its creator, if there is one, becomes a member with the permission `team_admin` (M 500 574). */
export function createTeam(
  project: Project,
  { creatorId, ...options }: NewTeam & { readonly creatorId?: string | undefined },
): EmulatedTeam {
  const team = project.teams.create(options);
  project.webhooks.send('team.created', readTeamAsServer(team));
  // Nothing tells of a creator's membership (W 1017).
  if (creatorId !== undefined) join(project, { teamId: team.id, userId: creatorId }, 'team_admin');
  return team;
}

/** Adds a member with the permission `team_member` (M 516 571); a present member stays as it is. */
export function addMember(project: Project, key: MemberKey): void {
  if (project.memberships.find(key)) return;
  join(project, key, 'team_member');
  const ids = { team_id: key.teamId, user_id: key.userId };
  project.webhooks.send('team_membership.created', ids);
  project.webhooks.send('team_permission.created', { id: 'team_member', ...ids });
}

/** Removes a member with its permissions; false when there was none. */
export function removeMember(project: Project, key: MemberKey): boolean {
  if (!leave(project, key)) return false;
  project.webhooks.send('team_membership.deleted', { team_id: key.teamId, user_id: key.userId });
  return true;
}

/** Changes a team, which must exist. */
export function updateTeam(project: Project, id: string, patch: TeamPatch): EmulatedTeam {
  const team = project.teams.update(id, patch);
  project.webhooks.send('team.updated', readTeamAsServer(team));
  return team;
}

/** Deletes a team with its members, their permissions, its invitations and its API keys; false when there was none. Nothing tells of the members (W 1035). */
export function deleteTeam(project: Project, teamId: string): boolean {
  for (const membership of project.memberships.list({ teamId })) leave(project, membership);
  project.invitations.revoke(({ data }) => data.teamId === teamId);
  project.apiKeys.deleteAllOf(teamId);
  if (!project.teams.delete(teamId)) return false;
  project.webhooks.send('team.deleted', { id: teamId });
  return true;
}

/** Grants a permission, also a second time (W 1023). */
export function grantPermission(project: Project, grant: Grant): void {
  project.permissions.grant(grant);
  tellOfGrant(project, grant, 'created');
}

/** Revokes a permission that was granted directly; false when it was not. */
export function revokePermission(project: Project, grant: Grant): boolean {
  if (!project.permissions.revoke(grant)) return false;
  tellOfGrant(project, grant, 'deleted');
  return true;
}

function tellOfGrant({ webhooks }: Project, grant: Grant, what: 'created' | 'deleted'): void {
  const { permissionId: id, teamId, userId } = grant;
  if (teamId === null) webhooks.send(`project_permission.${what}`, { id, user_id: userId });
  else webhooks.send(`team_permission.${what}`, { id, team_id: teamId, user_id: userId });
}

function leave(project: Project, key: MemberKey): boolean {
  project.permissions.revokeAll(key);
  deselectTeam(project, key);
  return project.memberships.remove(key);
}

function join(project: Project, key: MemberKey, permissionId: string): void {
  project.memberships.add(key);
  project.permissions.grant({ teamId: key.teamId, userId: key.userId, permissionId });
}

function deselectTeam(project: Project, { teamId, userId }: MemberKey): void {
  const user = project.users.find(userId);
  if (user?.selectedTeam?.id === teamId) project.users.update(userId, { selectedTeam: null });
}
