// A project with a GraphQL server of its own, in the oldest versions that the package names as peers.
import { deepEqual, equal } from 'node:assert/strict';
import { GraphQLError, GraphQLSchema } from 'graphql';
import { createSchema, createYoga } from 'graphql-yoga';
import { AuthError, createAuth } from 'stack-auth-graphql';
import { stackAuthContext } from 'stack-auth-graphql/apollo';
import { AppError, type AppTypes, createServer, defineApp, type Rule } from 'stack-auth-graphql/server';
import { startEmulator } from 'stack-auth-graphql/testing';
import { type AuthContext, useStackAuth } from 'stack-auth-graphql/yoga';

const emulator = await startEmulator();
const { id } = await emulator.addUser({ displayName: 'Ada' });
const token = await emulator.token(id);
const headers = { 'content-type': 'application/json', 'x-stack-access-token': token };
const ask = (query: string) =>
  new Request('http://localhost/graphql', { method: 'POST', headers, body: JSON.stringify({ query }) });

const { projectId, secretServerKey, url: apiUrl } = emulator;
const auth = createAuth({ projectId, secretServerKey, apiUrl });
const yoga = createYoga({
  schema: createSchema<AuthContext>({
    typeDefs: 'type Query { name: String }',
    resolvers: { Query: { name: async (_parent, _args, { profile }) => (await profile()).displayName } },
  }),
  plugins: [useStackAuth(auth)],
});
deepEqual(await (await yoga.fetch(ask('{ name }'))).json(), { data: { name: 'Ada' } });

const createContext = stackAuthContext(auth);
type Arguments = Parameters<typeof createContext>[0];
const { user } = await createContext({ req: { headers } } as unknown as Arguments);
equal(user?.id, id);
const refusal = await createContext({ req: { headers: {} } } as unknown as Arguments).catch(
  (error: unknown) => error,
);
equal(refusal instanceof GraphQLError && refusal.extensions['reason'], 'MISSING_TOKEN');
await auth.close();

interface Types extends AppTypes {
  readonly Scopes: { readonly named: string };
}

const named: Rule<string, Types> = {
  check: (name, { user: caller }) => caller?.id === name,
  code: 'FORBIDDEN',
  reason: 'NOT_NAMED',
  message: 'Not you',
};

const server = await createServer(
  defineApp<Types>({
    scopes: { named },
    schema(builder, { User }) {
      builder.objectField(User, 'shout', (t) => t.string({ resolve: (_user) => 'ADA' }));
      builder.queryField('secret', (t) =>
        t.string({ nullable: true, authScopes: { named: 'somebody' }, resolve: () => 'never' }),
      );
      builder.queryField('failing', (t) =>
        t.string({
          nullable: true,
          // Of another copy of the class than the server's.
          resolve: () => Promise.reject(new AuthError('Full', { code: 'FORBIDDEN', reason: 'FULL' })),
        }),
      );
    },
  }),
  {
    STACK_PROJECT_ID: emulator.projectId,
    STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
    STACK_API_URL: emulator.url,
    LOG_LEVEL: 'silent',
  },
);
equal(server.schema instanceof GraphQLSchema, true);
equal(new AppError('', { code: 'FORBIDDEN' }) instanceof AuthError, true);
const { data, errors } = (await (
  await server.fetch(ask('{ me { id displayName shout } secret failing }'))
).json()) as {
  data: unknown;
  errors: { extensions: { reason: string } }[];
};
deepEqual(data, { me: { id, displayName: 'Ada', shout: 'ADA' }, secret: null, failing: null });
deepEqual(
  errors.map(({ extensions }) => extensions.reason),
  ['NOT_NAMED', 'FULL'],
);
await server.close();
await emulator.close();
