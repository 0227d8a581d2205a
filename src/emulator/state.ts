// Everything that a project keeps of its users and teams, for tests that compare it before and after.
import { NOTIFICATION_CATEGORIES } from './notification-preferences.ts';
import type { Project } from './project.ts';

/** What belongs to each user and each team, by `user <id>` and `team <id>`. Equal states have equal values. */
export type State = Readonly<Record<string, object>>;

/** Reads the state of a project, without what changes by itself, such as the times of the last use. */
export function readState(project: Project): State {
  const users = project.users.all().map((user) => [`user ${user.id}`, readUser(project, user.id)]);
  const teams = project.teams.all().map((team) => [`team ${team.id}`, readTeam(project, team.id)]);
  return Object.fromEntries([...users, ...teams]);
}

function readUser(project: Project, userId: string): object {
  const { lastActiveAt: _changes, ...user } = project.users.find(userId) ?? { lastActiveAt: 0 };
  return {
    ...user,
    contactChannels: project.contactChannels.of(userId),
    sessions: project.sessions.of(userId).map(({ id }) => id),
    apiKeys: project.apiKeys.of({ type: 'user', ownerId: userId }),
    disabled: NOTIFICATION_CATEGORIES.filter(
      ({ id }) => !project.notificationPreferences.isEnabled(userId, id),
    ),
    permissions: project.permissions.list({ scope: 'project', userId }),
  };
}

function readTeam(project: Project, teamId: string): object {
  return {
    ...project.teams.find(teamId),
    memberships: project.memberships.list({ teamId }),
    permissions: project.permissions.list({ scope: 'team', teamId }),
    invitations: project.invitations.open().filter(({ data }) => data.teamId === teamId),
    apiKeys: project.apiKeys.of({ type: 'team', ownerId: teamId }),
  };
}
