// The permissions of the caller, in teams and in the project (contract, IDENTITY 2.4).
import { z } from 'zod';
import { bytesOfText } from '../core/bytes-of-text.ts';
import { LARGEST_BODY } from '../core/upstream.ts';
import { listed, MAX_IDENTIFIER } from './bounded.ts';
import { ownedBy } from './owned.ts';
import { path } from './path.ts';
import type { ProviderCall } from './send.ts';
import { uuid } from './uuid.ts';

/** Ids of permissions, contained ones included, each once and sorted. */
export type Permissions = readonly string[];

/** The permissions in each team, by its id. A team without any is absent. */
export type TeamPermissions = ReadonlyMap<string, Permissions>;

/** Permissions of one user, of all teams together. Further ones are left out. */
const MAX_PERMISSIONS = 10_000;

const permission = z.object({ id: z.string().max(MAX_IDENTIFIER), user_id: uuid });
const projectPermissions = listed(permission, MAX_PERMISSIONS);
const teamPermissions = listed(permission.extend({ team_id: uuid }), MAX_PERMISSIONS);

/** The caller's permissions in the project. */
export const listProjectPermissions: ProviderCall<Permissions> = {
  name: 'project-permissions',
  method: 'GET',
  path: path`/project-permissions?user_id=me&recursive=true`,
  access: 'client',
  parse: (body, question) =>
    sorted(ownedBy(question, projectPermissions.parse(body), ({ user_id }) => user_id).map(({ id }) => id)),
};

/** The caller's permissions in all teams, by one call. */
export const listTeamPermissions: ProviderCall<TeamPermissions> = {
  name: 'team-permissions',
  method: 'GET',
  path: path`/team-permissions?user_id=me&recursive=true`,
  access: 'client',
  maxBody: LARGEST_BODY,
  parse: (body, question) => {
    const byTeam = new Map<string, string[]>();
    for (const { id, team_id } of ownedBy(question, teamPermissions.parse(body), ({ user_id }) => user_id)) {
      const known = byTeam.get(team_id);
      if (known) known.push(id);
      else byTeam.set(team_id, [id]);
    }
    return new Map([...byTeam].map(([team, ids]) => [team, sorted(ids)]));
  },
};

/** The list and its places, in bytes. */
const LIST_BYTES = 100;

/** Estimates the memory that permissions hold, in bytes. */
export function bytesOfPermissions(permissions: Permissions): number {
  return permissions.reduce((bytes, id) => bytes + 8 + bytesOfText(id), LIST_BYTES);
}

/** Estimates the memory that the permissions in teams hold, in bytes. */
export function bytesOfTeamPermissions(permissions: TeamPermissions): number {
  let bytes = LIST_BYTES;
  for (const [team, ids] of permissions) bytes += bytesOfText(team) + bytesOfPermissions(ids);
  return bytes;
}

function sorted(ids: readonly string[]): Permissions {
  return [...new Set(ids)].sort();
}
