// Changes of users, with what belongs to them and the webhooks that tell of them.
import { readAsServer } from './profile.ts';
import type { Project } from './project.ts';
import type { EmulatedUser, NewUser, UserPatch } from './user.ts';

/** Creates a user. */
export function createUser(project: Project, options: NewUser): EmulatedUser {
  const user = project.users.create(options);
  project.webhooks.send('user.created', readAsServer(user));
  return user;
}

/** Changes a user, who must exist. A change that changes nothing is told of too (W 1009). */
export function updateUser(project: Project, id: string, patch: UserPatch): EmulatedUser {
  const user = project.users.update(id, patch);
  project.webhooks.send('user.updated', readAsServer(user));
  return user;
}

/** Tells of a user as if something had changed; false where webhooks have no target. Throws when the user does not exist. */
export function sendTestWebhook({ users, webhooks }: Project, id: string): boolean {
  const user = users.find(id);
  if (!user) throw new Error(`There is no user ${id}`);
  return webhooks.sendTest('user.updated', readAsServer(user));
}

/** Deletes a user with everything that belongs to the user; false when there was none. */
export function deleteUser(project: Project, userId: string): boolean {
  const { webhooks, memberships } = project;
  const teams = memberships.list({ userId }).map(({ teamId }) => teamId);
  project.sessions.endAllOf(userId);
  memberships.removeAll({ userId });
  project.permissions.revokeAll({ userId });
  project.contactChannels.deleteAllOf(userId);
  project.channelVerifications.revoke(({ data }) => data.userId === userId);
  project.apiKeys.deleteAllOf(userId);
  if (!project.users.delete(userId)) return false;
  for (const teamId of teams) webhooks.send('team_membership.deleted', { team_id: teamId, user_id: userId });
  webhooks.send('user.deleted', { id: userId, teams: teams.map((id) => ({ id })) });
  return true;
}
