// A small world for the proof of mutations: a user who owns everything, a team, and people who may do less.
import { randomUUID } from 'node:crypto';
import type { Emulator } from '../../../src/emulator/emulator.ts';

/**
 * Who asks: the one who owns all of it, a fellow member with the permissions that the provider gives by default, one
 * without any, a user who has every permission in another team, a visitor, a restricted user, and a request without a token.
 */
export const ROLES = [
  'owner',
  'member',
  'powerless',
  'stranger',
  'anonymous',
  'restricted',
  'no token',
] as const;
export type Role = (typeof ROLES)[number];

/** The ids of what the owner owns, by kind. */
export interface World {
  readonly users: Readonly<Record<Exclude<Role, 'no token'>, string>>;
  /** A token of a new session; none for `no token`. */
  readonly tokenOf: (role: Role) => Promise<string | undefined>;
  /** Created by the owner; `member` is in it with the permission `team_member`. */
  readonly team: string;
  /** Created by the stranger. */
  readonly otherTeam: string;
  /** One more member, whom the owner can remove. */
  readonly removable: string;
  /** Of the owner: not the one of the token. */
  readonly session: string;
  /** Of the owner: unverified. */
  readonly channel: string;
  readonly userKey: string;
  readonly teamKey: string;
  /** Sent by the team. */
  readonly invitation: string;
  /** To the owner, by another team. */
  readonly received: { readonly id: string; readonly code: string; readonly team: string };
}

/** Creates a world of its own in an emulator. */
export async function createWorld({ control }: Emulator): Promise<World> {
  const name = randomUUID().slice(0, 8);
  const owner = control.createUser({ email: `owner-${name}@example.test`, displayName: 'Owner' }).id;
  const member = control.createUser({ email: `member-${name}@example.test`, displayName: 'Member' }).id;
  const powerless = control.createUser({ email: `powerless-${name}@example.test` }).id;
  const stranger = control.createUser({ email: `stranger-${name}@example.test`, displayName: 'Stranger' }).id;
  const removable = control.createUser({ email: `removable-${name}@example.test` }).id;
  const anonymous = control.createUser({ kind: 'anonymous' }).id;
  const restricted = control.createUser({
    kind: 'restricted',
    restrictedReason: 'restricted_by_administrator',
    email: `restricted-${name}@example.test`,
  }).id;
  const users = { owner, member, powerless, stranger, anonymous, restricted };
  const team = control.createTeam({ displayName: 'Team', creatorId: owner }).id;
  control.addMember({ teamId: team, userId: member });
  control.addMember({ teamId: team, userId: powerless });
  control.revokePermission({ teamId: team, userId: powerless, permissionId: 'team_member' });
  control.addMember({ teamId: team, userId: removable });
  const otherTeam = control.createTeam({ displayName: 'Elsewhere', creatorId: stranger }).id;
  const other = control.createTeam({ displayName: 'Inviting' }).id;
  return {
    users,
    tokenOf: async (role) =>
      role === 'no token' ? undefined : (await control.signIn(users[role])).accessToken,
    team,
    otherTeam,
    removable,
    session: (await control.signIn(owner)).sessionId,
    channel: control.addContactChannel({ userId: owner, value: `second-${name}@example.test` }).id,
    userKey: control.createApiKey({ type: 'user', ownerId: owner, description: 'Of the owner' }).id,
    teamKey: control.createApiKey({ type: 'team', ownerId: team, description: 'Of the team' }).id,
    invitation: control.invite({ teamId: team, email: `invited-${name}@example.test` }).id,
    received: { ...control.invite({ teamId: other, email: `owner-${name}@example.test` }), team: other },
  };
}

/** Removes every user and team that was created since. */
export function removeSince({ control }: Emulator, before: Readonly<Record<string, object>>): void {
  for (const key of Object.keys(control.state())) {
    const [kind, id = ''] = key.split(' ');
    if (key in before) continue;
    if (kind === 'user') control.deleteUser(id);
    else control.deleteTeam(id);
  }
}
