// The permissions of a project: their definitions, and who has which.
import { z } from 'zod';

/** Whether a permission is of a user in a team, or of a user in the project. */
type PermissionScope = 'team' | 'project';

/** A permission that a project defines; a user who has it also has the permissions that it contains. */
export const permissionDefinitionSchema = z.strictObject({
  id: z.string(),
  scope: z.enum(['team', 'project']),
  description: z.string().exactOptional(),
  contains: z.array(z.string()).readonly().exactOptional(),
});

/** A definition of {@link permissionDefinitionSchema}. */
export type PermissionDefinition = Readonly<z.infer<typeof permissionDefinitionSchema>>;

/** A permission of a user: in a team, or in the project where `teamId` is null. */
export interface Grant {
  readonly permissionId: string;
  readonly userId: string;
  readonly teamId: string | null;
}

/** Selects grants; `recursive` adds the permissions that granted ones contain. */
export interface GrantFilter {
  readonly scope: PermissionScope;
  readonly teamId?: string | undefined;
  readonly userId?: string | undefined;
  readonly permissionId?: string | undefined;
  readonly recursive?: boolean;
}

/** The permissions of one project. */
export interface Permissions {
  /** Adds a definition or replaces the one with this id. */
  define(definition: PermissionDefinition): void;
  findDefinition(id: string): PermissionDefinition | undefined;
  definitions(scope: PermissionScope): readonly PermissionDefinition[];
  grant(grant: Grant): void;
  /** False when it was not granted directly. */
  revoke(grant: Grant): boolean;
  /** Revokes everything that a user has, that was granted in a team, or both. */
  revokeAll(of: { readonly teamId?: string; readonly userId?: string }): void;
  /** Sorted by team, user and permission. */
  list(filter: GrantFilter): readonly Grant[];
}

const SYSTEM_PERMISSIONS = [
  '$delete_team',
  '$invite_members',
  '$manage_api_keys',
  '$read_members',
  '$remove_members',
  '$update_team',
];

/** The permissions of a new project: those of the creator and of the members of a team (identity contract 2.3). */
const DEFAULT_DEFINITIONS: readonly PermissionDefinition[] = [
  ...SYSTEM_PERMISSIONS.map((id) => ({ id, scope: 'team' as const })),
  { id: 'team_admin', scope: 'team', contains: SYSTEM_PERMISSIONS },
  { id: 'team_member', scope: 'team', contains: ['$invite_members', '$read_members'] },
];

/** Creates the default definitions without grants. */
export function createPermissions(): Permissions {
  const definitions = new Map(DEFAULT_DEFINITIONS.map((each) => [each.id, each]));
  const grants = new Map<string, Grant>();

  const unfold = (id: string, seen: ReadonlySet<string> = new Set()): readonly string[] => {
    if (seen.has(id)) return [];
    const contained = definitions.get(id)?.contains ?? [];
    return [id, ...contained.flatMap((each) => unfold(each, new Set([...seen, id])))];
  };
  const isOf = (grant: Grant, filter: GrantFilter): boolean =>
    (filter.scope === 'team') === (grant.teamId !== null) &&
    (filter.teamId === undefined || grant.teamId === filter.teamId) &&
    (filter.userId === undefined || grant.userId === filter.userId);

  return {
    define: (definition) => void definitions.set(definition.id, definition),
    findDefinition: (id) => definitions.get(id),
    definitions: (scope) => [...definitions.values()].filter((each) => each.scope === scope),
    grant: (grant) => void grants.set(keyOf(grant), grant),
    revoke: (grant) => grants.delete(keyOf(grant)),
    revokeAll({ teamId, userId }) {
      for (const [key, grant] of grants) {
        const isSelected =
          (teamId === undefined || grant.teamId === teamId) &&
          (userId === undefined || grant.userId === userId);
        if (isSelected) grants.delete(key);
      }
    },
    list(filter) {
      const direct = [...grants.values()].filter((grant) => isOf(grant, filter));
      const all = filter.recursive
        ? direct.flatMap((grant) =>
            unfold(grant.permissionId).map((permissionId) => ({ ...grant, permissionId })),
          )
        : direct;
      const unique = new Map(all.map((grant) => [keyOf(grant), grant]));
      return [...unique.entries()]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([, grant]) => grant)
        .filter(({ permissionId }) => permissionId === (filter.permissionId ?? permissionId));
    },
  };
}

function keyOf({ teamId, userId, permissionId }: Grant): string {
  return JSON.stringify([teamId, userId, permissionId]);
}
