// What a team writes without casts, and mistakes that the compiler finds: `tsc` fails where one of the lines below is no error any more.
import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { DateTimeResolver, JSONObjectResolver } from 'graphql-scalars';
import { expect, it } from 'vitest';
import type { AuthContext } from '../../src/library/auth/types.ts';
import {
  addIdentityTypes,
  type StackAuthScopes,
  stackAuthScopes,
  stackAuthUnauthorized,
} from '../../src/library/pothos.ts';

type Scalars = {
  DateTime: { Input: Date; Output: Date };
  JSONObject: { Input: Record<string, unknown>; Output: Record<string, unknown> };
};

/** What scope-auth tells of a signed-in request, where the team wants to know. */
type SignedIn = AuthContext & { readonly user: NonNullable<AuthContext['user']> };

interface Types {
  Context: AuthContext & { readonly store: Map<string, string> };
  AuthScopes: StackAuthScopes & { featureOn: string };
  AuthContexts: { authenticated: Types['Context'] & SignedIn };
  DefaultFieldNullability: false;
  DefaultAuthStrategy: 'all';
  Scalars: Scalars;
}

it('a team extends our types without casts', () => {
  const builder = new SchemaBuilder<Types>({
    plugins: [ScopeAuthPlugin],
    defaultFieldNullability: false,
    scopeAuth: {
      authScopes: (context) => ({
        ...stackAuthScopes(context),
        featureOn: (name) => context.store.get(name) === 'on',
      }),
      unauthorizedError: stackAuthUnauthorized,
      defaultStrategy: 'all',
    },
  });
  builder.addScalarType('DateTime', DateTimeResolver);
  builder.addScalarType('JSONObject', JSONObjectResolver);
  builder.queryType();
  builder.mutationType();
  const { User, Team } = addIdentityTypes(builder);

  builder.objectField(User, 'nickname', (t) =>
    t.string({ nullable: true, resolve: ({ id }, _args, { store }) => store.get(id) }),
  );
  builder.objectFields(Team, (t) => ({
    budget: t.int({
      authScopes: ({ id }) => ({ teamPermission: { teamId: id, id: 'see_budget' } }),
      resolve: ({ displayName }) => displayName.length,
    }),
    owner: t.field({ type: User, nullable: true, resolve: (_team, _args, { user }) => user }),
    parent: t.field({
      type: Team,
      nullable: true,
      resolve: ({ id }) => ({ id, displayName: 'Parent' }),
    }),
    // @ts-expect-error: a team has no property of this name
    typo: t.string({ resolve: ({ displayNam }) => displayNam }),
    // @ts-expect-error: a permission in a team has two parts
    half: t.int({ authScopes: { teamPermission: 'see_budget' }, resolve: () => 1 }),
    // @ts-expect-error: no scope has this name
    misnamed: t.int({ authScopes: { teamPermision: { teamId: 'a', id: 'b' } }, resolve: () => 1 }),
    // @ts-expect-error: `User` is no string
    unlike: t.field({ type: User, resolve: () => 'a' }),
  }));
  builder.queryFields((t) => ({
    guarded: t.withAuth({ authenticated: true, featureOn: 'x' }).string({
      resolve: (_root, _args, { user, store }) => store.get(user.id) ?? '',
    }),
    // @ts-expect-error: without a scope the user may be undefined
    bare: t.string({ resolve: (_root, _args, { user }) => user.id }),
  }));
  const types = builder.toSchema().getTypeMap();
  expect(types).toMatchObject({ User: expect.anything(), Team: expect.anything() });
});

it('a builder that does not fit is refused by the compiler', () => {
  const scopeAuth = { authScopes: () => ({}) as never };
  const plugins: [typeof ScopeAuthPlugin] = [ScopeAuthPlugin];
  const ofNobody = new SchemaBuilder<{
    Context: { id: string };
    AuthScopes: StackAuthScopes;
    Scalars: Scalars;
  }>({
    plugins,
    scopeAuth,
  });
  const mistyped = new SchemaBuilder<{
    Context: AuthContext;
    AuthScopes: Omit<StackAuthScopes, 'teamMember'> & { teamMember: number };
    Scalars: Scalars;
  }>({ plugins, scopeAuth });
  const scopeless = new SchemaBuilder<{ Context: AuthContext; Scalars: Scalars }>({ plugins, scopeAuth });
  const throwing = [
    // @ts-expect-error: the context is not that of an adapter
    () => addIdentityTypes(ofNobody),
    // @ts-expect-error: the value of `teamMember` is a string
    () => addIdentityTypes(mistyped),
    // @ts-expect-error: our scopes are missing
    () => addIdentityTypes(scopeless),
    // @ts-expect-error: there is no such option
    () => addIdentityTypes(mistyped as never, { mutation: false }),
  ];
  for (const add of throwing) expect(add).toThrow('The builder is not ready');
  // @ts-expect-error: the context is not that of an adapter
  expect(stackAuthScopes({}).authenticated).toBe(false);
});
