// An app with a field behind each scope that the provider decides. A rule with a fault can stand in for one of them.
import { type Builder, defineApp, type Rule } from '#server';

/** The scopes, by name, with what guards their fields: a team, a permission, or nothing. */
export const SCOPES = ['teamMember', 'teamPermission', 'projectPermission', 'liveSession'] as const;

export type Scope = (typeof SCOPES)[number];

/** What all fields are guarded with: a team of the caller's world, and a permission. */
export interface Guard {
  readonly teamId: string;
  readonly id: string;
}

interface Types {
  readonly Scopes: { readonly planted: Guard };
}

/** A scope that is replaced by a rule with a fault. */
export interface Planted {
  readonly scope: Scope;
  readonly rule: Rule<Guard, Types>;
}

const NONE: Rule<Guard, Types> = { message: 'Never asked', check: () => false };

/** Creates the app. Each field has the name of its scope; `items` has an item for each team, with the same fields. */
export function createGuardedApp(planted?: Planted) {
  return defineApp<Types>({
    scopes: { planted: planted?.rule ?? NONE },
    schema: (builder) => addFields(builder, planted?.scope),
  });
}

function addFields(builder: Builder<Types>, planted: Scope | undefined): void {
  const guardedBy = (scope: Scope, { teamId, id }: Guard) => {
    if (scope === planted) return { planted: { teamId, id } };
    if (scope === 'teamMember') return { teamMember: teamId };
    if (scope === 'teamPermission') return { teamPermission: { teamId, id } };
    return scope === 'projectPermission' ? { projectPermission: id } : { liveSession: true };
  };
  const yes = { nullable: true, resolve: () => true } as const;
  const Item = builder.objectRef<Guard>('Item').implement({
    fields: (t) => ({
      teamId: t.exposeID('teamId'),
      ...Object.fromEntries(
        SCOPES.map((scope) => [scope, t.boolean({ ...yes, authScopes: (item) => guardedBy(scope, item) })]),
      ),
    }),
  });
  builder.queryFields((t) => ({
    ...Object.fromEntries(
      SCOPES.map((scope) => [
        scope,
        t.boolean({
          ...yes,
          args: { teamId: t.arg.id({ required: true }), id: t.arg.string({ required: true }) },
          authScopes: (_root, guard) => guardedBy(scope, guard),
        }),
      ]),
    ),
    items: t.field({
      type: [Item],
      args: { teamIds: t.arg.idList({ required: true }), id: t.arg.string({ required: true }) },
      resolve: (_root, { teamIds, id }) => teamIds.map((teamId) => ({ teamId, id })),
    }),
  }));
}
