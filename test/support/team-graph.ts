// A graph of a team's own, with our scopes and types on it, and the team's Yoga server.
import type { RequestListener } from 'node:http';
import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { DateTimeResolver, JSONObjectResolver } from 'graphql-scalars';
import { createYoga } from 'graphql-yoga';
import { openAuth } from '../../src/library/auth/open-auth.ts';
import type { AuthContext, AuthOptions } from '../../src/library/auth/types.ts';
import {
  addIdentityTypes,
  type StackAuthScopes,
  stackAuthScopes,
  stackAuthUnauthorized,
} from '../../src/library/pothos.ts';
import { useStackAuth } from '../../src/library/yoga.ts';
import type { Services } from '../../src/process/services.ts';

/** The context of the team: that of the adapter, and parts of its own. */
export interface TeamContext extends AuthContext {
  readonly tenant?: string;
}

/** The types of the team's builder. */
export interface TeamTypes {
  Context: TeamContext;
  AuthScopes: StackAuthScopes & { tenant: string; broken: boolean };
  Scalars: { DateTime: { Input: Date; Output: Date }; JSONObject: { Input: object; Output: object } };
}

/** Options of the team's builder that change what our nouns must not leave to it. */
export interface TeamOptions {
  readonly defaultInputFieldRequiredness?: boolean;
  readonly treatErrorsAsUnauthorized?: boolean;
}

/** Creates the team's builder, where fields are nullable unless they say otherwise. */
export function createTeamBuilder(options: TeamOptions = {}, roots: RootNames | false = {}) {
  const { treatErrorsAsUnauthorized = false, ...others } = options;
  const builder = new SchemaBuilder<TeamTypes>({
    plugins: [ScopeAuthPlugin],
    scopeAuth: {
      authScopes: (context) => ({
        ...stackAuthScopes(context),
        tenant: (name) => context.tenant === name,
        broken: () => {
          throw new TypeError('a bug in a scope of the team');
        },
      }),
      treatErrorsAsUnauthorized,
      unauthorizedError: (parent, context, info, result) =>
        info.fieldName === 'ownRefusal'
          ? new GraphQLError('Not for you', { extensions: { code: 'OWN' } })
          : stackAuthUnauthorized(parent, context, info, result),
    },
    ...(others as object),
  });
  if (roots) defineRootTypes(builder, roots);
  builder.addScalarType('DateTime', DateTimeResolver);
  builder.addScalarType('JSONObject', JSONObjectResolver);
  return builder;
}

/** Names of root types, if they are not the usual ones. */
export interface RootNames {
  readonly query?: string;
  readonly mutation?: string;
}

/** Defines root types as the server does. */
export function defineRootTypes(
  builder: ReturnType<typeof createTeamBuilder>,
  { query = 'Query', mutation = 'Mutation' }: RootNames,
): void {
  builder.queryType({
    name: query,
    description: 'What can be asked. Every field says which scope it needs.',
  });
  builder.mutationType({
    name: mutation,
    description: 'What can be changed. Every field says which scope it needs.',
  });
}

/** Names of fields with a team and a permission, each guarded by the scope of its name. */
const GUARDED = {
  teamMember: ({ teamId }) => ({ teamMember: teamId }),
  teamPermission: ({ teamId, id }) => ({ teamPermission: { teamId, id } }),
  projectPermission: ({ id }) => ({ projectPermission: id }),
  liveSession: () => ({ liveSession: true }),
} satisfies Readonly<Record<string, (guard: { teamId: string; id: string }) => Partial<StackAuthScopes>>>;

/** The team's graph: our types, fields of its own on them, and a field for each scope. */
export function createTeamSchema(options?: TeamOptions): GraphQLSchema {
  const builder = createTeamBuilder(options);
  const { User, Team } = addIdentityTypes(builder);
  builder.objectField(User, 'greeting', (t) =>
    t.string({ resolve: async ({ id }, _args, { profile }) => `${id}: ${(await profile()).displayName}` }),
  );
  builder.objectField(Team, 'budget', (t) =>
    t.int({
      authScopes: ({ id }) => ({ teamPermission: { teamId: id, id: 'see_budget' } }),
      resolve: ({ displayName }) => displayName.length,
    }),
  );
  const yes = { resolve: () => true } as const;
  builder.queryFields((t) => ({
    ...Object.fromEntries(
      Object.entries(GUARDED).map(([name, scopes]) => [
        name,
        t.boolean({
          ...yes,
          args: { teamId: t.arg.id({ required: true }), id: t.arg.string({ required: true }) },
          authScopes: (_root, { teamId, id }) => scopes({ teamId: String(teamId), id }),
        }),
      ]),
    ),
    open: t.boolean(yes),
    authenticated: t.withAuth({ authenticated: true }).boolean(yes),
    member: t.withAuth({ member: true }).boolean(yes),
    emailVerified: t.boolean({ ...yes, authScopes: { emailVerified: true } }),
    tenant: t.boolean({ ...yes, authScopes: { tenant: 'acme' } }),
    broken: t.boolean({ ...yes, authScopes: { broken: true } }),
    anyOf: t.boolean({ ...yes, authScopes: { $any: { tenant: 'acme', projectPermission: 'staff' } } }),
    allOf: t.boolean({ ...yes, authScopes: { $all: { projectPermission: 'staff', member: true } } }),
    ownRefusal: t.boolean({ ...yes, authScopes: { projectPermission: 'nobody' } }),
    caller: t.field({ type: User, resolve: (_root, _args, { user }) => user }),
  }));
  builder.mutationField('touchTeam', (t) =>
    t.boolean({
      ...yes,
      args: { id: t.arg.id({ required: true }) },
      authScopes: (_root, { id }) => ({ teamMember: String(id) }),
    }),
  );
  builder.subscriptionType({});
  builder.subscriptionField('ticks', (t) =>
    t.field({
      type: User,
      args: { count: t.arg.int({ required: true }) },
      subscribe: async function* (_root, { count }) {
        for (let tick = 0; tick < count; tick += 1) yield 'tick';
      },
      resolve: (_tick, _args, { user }) => user,
    }),
  );
  return builder.toSchema();
}

/** The team's server, with masking as it is by default. */
export function createTeamListener(
  schema: GraphQLSchema,
  options?: AuthOptions<Request>,
): (services: Services) => RequestListener {
  return (services) =>
    createYoga({
      schema,
      plugins: [useStackAuth(openAuth(services, services.logger), { required: false, ...options })],
      logging: false,
      graphiql: false,
    });
}
