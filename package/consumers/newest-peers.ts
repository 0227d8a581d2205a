// A project with GraphQL 17, which npm gives to new projects on Node 22 and newer.
import { deepEqual, match, rejects } from 'node:assert/strict';
import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { GraphQLScalarType, versionInfo } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { createAuth } from 'stack-auth-graphql';
import { stackAuthContext } from 'stack-auth-graphql/apollo';
import {
  addIdentityTypes,
  type StackAuthScopes,
  stackAuthScopes,
  stackAuthUnauthorized,
} from 'stack-auth-graphql/pothos';
import { createServer, defineApp } from 'stack-auth-graphql/server';
import { startEmulator } from 'stack-auth-graphql/testing';
import { type AuthContext, useStackAuth } from 'stack-auth-graphql/yoga';

deepEqual(versionInfo.major, 17);
const emulator = await startEmulator();
const { id } = await emulator.addUser({ displayName: 'Ada' });
const { id: teamId } = await emulator.addTeam({ displayName: 'Navy', members: [{ userId: id }] });
const token = await emulator.token(id);
const { projectId, secretServerKey, url: apiUrl } = emulator;
const auth = createAuth({ projectId, secretServerKey, apiUrl });

const builder = new SchemaBuilder<{
  Context: AuthContext;
  AuthScopes: StackAuthScopes;
  Scalars: { DateTime: { Input: Date; Output: Date }; JSONObject: { Input: object; Output: object } };
}>({
  plugins: [ScopeAuthPlugin],
  scopeAuth: { authScopes: stackAuthScopes, unauthorizedError: stackAuthUnauthorized },
});
const scalarOf = (name: string) => new GraphQLScalarType<never, never>({ name });
builder.addScalarType('DateTime', scalarOf('DateTime'));
builder.addScalarType('JSONObject', scalarOf('JSONObject'));
addIdentityTypes(builder);
builder.queryField('secret', (t) =>
  t.string({
    nullable: true,
    authScopes: { teamPermission: { teamId, id: 'rename' } },
    resolve: () => 'never',
  }),
);

const yoga = createYoga({ schema: builder.toSchema(), plugins: [useStackAuth(auth)] });
async function ask(query: string, headers: Readonly<Record<string, string>>): Promise<unknown> {
  const type = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query });
  const answer = await yoga.fetch('http://localhost/graphql', {
    method: 'POST',
    headers: { ...type, ...headers },
    body,
  });
  return answer.json();
}
const answer = JSON.stringify(
  await ask('{ me { displayName teams { displayName } } secret }', { 'x-stack-access-token': token }),
);
match(answer, /"me":\{"displayName":"Ada","teams":\[\{"displayName":"Navy"\}\]\}/);
match(answer, /"reason":"TEAM_PERMISSION_REQUIRED"/);
match(JSON.stringify(await ask('{ me { id } }', {})), /"reason":"MISSING_TOKEN"/);

const createContext = stackAuthContext(auth);
type Arguments = Parameters<typeof createContext>[0];
await rejects(createContext({ req: { headers: {} } } as unknown as Arguments), { name: 'GraphQLError' });
await auth.close();

// Its bundled parts are made for GraphQL 16.
const env = { STACK_PROJECT_ID: projectId, STACK_SECRET_SERVER_KEY: secretServerKey, STACK_API_URL: apiUrl };
await rejects(createServer(defineApp({}), env), /needs graphql 16/);
await emulator.close();
