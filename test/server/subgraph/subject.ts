// Servers under proof: they share the services of one test server, and are asked within the process.
import type { GraphQLSchema } from 'graphql';
import { createSchema } from '../../../src/server/app-schema.ts';
import { createServer } from '../../../src/server/create-server.ts';
import type { Answer, GraphQLBody, Question, TestServer } from '../../support/test-server.ts';
import type { Subject } from './proof.ts';

/** Asks a server with this schema within the process. */
export function createAsk({ services }: Pick<TestServer, 'services'>, schema: GraphQLSchema) {
  const { fetch } = createServer(services, { schema });
  return async (query: string, { token, variables }: Question = {}): Promise<Answer> => {
    const answer = await fetch('http://test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { 'x-stack-access-token': token }) },
      body: JSON.stringify({ query, variables }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as GraphQLBody };
  };
}

/** A subject whose caller is Ada, in a session of her own. */
export async function createSubject(
  test: Pick<TestServer, 'services' | 'emulator'>,
  schema: GraphQLSchema,
  model: GraphQLSchema = createSchema({}),
): Promise<Subject> {
  const { control, people } = test.emulator;
  const { accessToken: token } = await control.signIn(people.ada.id);
  const calls = () => {
    const { total, jwks } = control.calls();
    control.resetCalls();
    return total - jwks;
  };
  return { schema, token, ask: createAsk(test, schema), askModel: createAsk(test, model), calls };
}
