// What tests can do to the teams, permissions, keys and channels of a running emulator.
import type { ApiKey, NewApiKey } from './api-keys.ts';
import type { ContactChannel, NewContactChannel } from './contact-channels.ts';
import type { SentEmail } from './emails.ts';
import type { MemberKey } from './memberships.ts';
import type { Grant, PermissionDefinition } from './permissions.ts';
import type { Project } from './project.ts';
import {
  addMember,
  createTeam,
  deleteTeam,
  grantPermission,
  removeMember,
  revokePermission,
  updateTeam,
} from './team-changes.ts';
import type { EmulatedTeam, NewTeam, TeamPatch } from './teams.ts';
import type { EmulatedUser, NewUser } from './user.ts';

/** A permission of a user: in a team, or without `teamId` in the project. */
export type GrantOptions = Omit<Grant, 'teamId'> & { readonly teamId?: string };

/** What a user can be granted in one team, or without `team` in the project. */
export interface Grantable {
  readonly team?: Pick<EmulatedTeam, 'id' | 'displayName'>;
  /** The ids of all permissions of this kind. */
  readonly defined: readonly string[];
  /** Those that were granted directly. */
  readonly granted: readonly string[];
}

/** Commands for teams and for what users own. Those with ids of users or teams throw when there is none. */
export interface TeamControl {
  /** A creator becomes a member with `team_admin`. */
  createTeam(options: NewTeam & { readonly creatorId?: string }): EmulatedTeam;
  findTeam(id: string): EmulatedTeam | undefined;
  updateTeam(id: string, patch: TeamPatch): EmulatedTeam;
  deleteTeam(id: string): void;
  /** The ids of the members, the oldest first. */
  members(teamId: string): readonly string[];
  /** The new member gets `team_member`; a present one stays as it is. */
  addMember(key: MemberKey): void;
  removeMember(key: MemberKey): void;
  /** Adds a permission or replaces the one with this id. */
  definePermission(definition: PermissionDefinition): void;
  findPermission(id: string): PermissionDefinition | undefined;
  /** The permissions of a user: those in the project first, then those in each team of the user. */
  grantables(userId: string): readonly Grantable[];
  /** Throws when the permission is not defined, or the user is not in the team. */
  grantPermission(grant: GrantOptions): void;
  /** Revokes a permission that was granted directly. Throws when it was not. */
  revokePermission(grant: GrantOptions): void;
  addContactChannel(options: NewContactChannel): ContactChannel;
  contactChannels(userId: string): readonly ContactChannel[];
  /** Creates an invitation without an e-mail. */
  invite(options: { readonly teamId: string; readonly email: string }): {
    readonly id: string;
    readonly code: string;
  };
  createApiKey(options: NewApiKey): ApiKey;
  /** The e-mails that were sent, the oldest first. */
  emails(): readonly SentEmail[];
}

/** Creates the commands for a project. */
export function createTeamControl(project: Project): TeamControl {
  const { users, teams, memberships, permissions, contactChannels } = project;
  const requireUser = (id: string): void => {
    if (!users.find(id)) throw new Error(`There is no user ${id}`);
  };
  const requireTeam = (id: string): void => {
    if (!teams.find(id)) throw new Error(`There is no team ${id}`);
  };
  return {
    createTeam(options) {
      if (options.creatorId !== undefined) requireUser(options.creatorId);
      return createTeam(project, options);
    },
    findTeam: teams.find,
    updateTeam: (id, patch) => updateTeam(project, id, patch),
    deleteTeam: (id) => void deleteTeam(project, id),
    members: (teamId) => memberships.list({ teamId }).map(({ userId }) => userId),
    addMember(key) {
      requireUser(key.userId);
      requireTeam(key.teamId);
      addMember(project, key);
    },
    removeMember: (key) => void removeMember(project, key),
    definePermission: permissions.define,
    findPermission: permissions.findDefinition,
    grantables: (userId) => readGrantables(project, userId),
    grantPermission({ userId, permissionId, teamId = null }) {
      requireUser(userId);
      const definition = permissions.findDefinition(permissionId);
      if (!definition) throw new Error(`There is no such permission ${permissionId}`);
      if (definition.scope !== (teamId === null ? 'project' : 'team')) {
        throw new Error(
          definition.scope === 'team'
            ? `${permissionId} is a permission of a team, not of the project`
            : `${permissionId} is a permission of the project, not of a team`,
        );
      }
      if (teamId !== null && !memberships.find({ teamId, userId }))
        throw new Error(`User ${userId} is not in team ${teamId}`);
      grantPermission(project, { userId, permissionId, teamId });
    },
    revokePermission({ userId, permissionId, teamId = null }) {
      if (!revokePermission(project, { userId, permissionId, teamId }))
        throw new Error(`User ${userId} was not granted ${permissionId}`);
    },
    addContactChannel(options) {
      requireUser(options.userId);
      return contactChannels.create(options);
    },
    contactChannels: contactChannels.of,
    invite(invitation) {
      requireTeam(invitation.teamId);
      return project.invitations.create(invitation);
    },
    createApiKey(options) {
      if (options.type === 'user') requireUser(options.ownerId);
      else requireTeam(options.ownerId);
      return project.apiKeys.create(options);
    },
    emails: project.emails.sent,
  };
}

function readGrantables({ permissions, memberships, teams }: Project, userId: string): readonly Grantable[] {
  const definedIn = (scope: 'project' | 'team') => permissions.definitions(scope).map(({ id }) => id);
  const idsOf = (grants: readonly Grant[]) => grants.map(({ permissionId }) => permissionId);
  const ofProject = {
    defined: definedIn('project'),
    granted: idsOf(permissions.list({ scope: 'project', userId })),
  };
  const ofTeams = memberships.list({ userId }).flatMap(({ teamId }) => {
    const granted = idsOf(permissions.list({ scope: 'team', teamId, userId }));
    const team = teams.find(teamId);
    return team
      ? [{ team: { id: team.id, displayName: team.displayName }, defined: definedIn('team'), granted }]
      : [];
  });
  return [ofProject, ...ofTeams];
}

/** Makes a user a member of the selected team, which is created where it does not exist. */
export function selectTeam(project: Project, user: EmulatedUser, { selectedTeam }: NewUser): EmulatedUser {
  if (!selectedTeam) return user;
  const { id, displayName } = selectedTeam;
  if (!project.teams.find(id)) createTeam(project, { id, displayName });
  addMember(project, { teamId: id, userId: user.id });
  return project.users.find(user.id) ?? user;
}
