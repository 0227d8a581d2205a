import type { IncomingMessage } from 'node:http';
import { type ExecutionResult, GraphQLError, parse } from 'graphql';
import { createSchema, createYoga, type Plugin } from 'graphql-yoga';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { stackAuthContext } from '../../src/library/apollo.ts';
import type { AuthContext, AuthOptions } from '../../src/library/auth/types.ts';
import { useStackAuth } from '../../src/library/yoga.ts';
import { startTestAuth, type TestAuth } from '../support/test-auth.ts';

let test: TestAuth;
beforeAll(async () => {
  test = await startTestAuth();
});
afterAll(() => test[Symbol.asyncDispose]());

const UNAVAILABLE = { code: 'UPSTREAM_UNAVAILABLE' };
const INVALID = { code: 'UNAUTHENTICATED', reason: 'INVALID_TOKEN' };

/** A Yoga server of a team, with masking as it is by default. */
function createTeamServer(options?: AuthOptions<Request>) {
  const plugin: Plugin = useStackAuth(test.auth, options);
  const yoga = createYoga({
    schema: createSchema<AuthContext>({
      typeDefs: 'type Query { id: ID name: String }',
      resolvers: {
        Query: {
          id: (_root, _args, { user }) => user?.id,
          name: async (_root, _args, { profile }) => (await profile()).displayName,
        },
      },
    }),
    plugins: [plugin],
    batching: true,
    logging: false,
  });
  return async (body: unknown, headers: Record<string, string> = {}) => {
    const answer = await yoga.fetch('http://a.test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as unknown };
  };
}

const QUERY = { query: '{ id name }' };

describe('useStackAuth', () => {
  it('shows code and reason of the errors that resolvers throw, and masks bugs', async () => {
    const fail = (error: unknown) => () => {
      throw error;
    };
    const refused = new AppError('Not yours', { code: 'FORBIDDEN', reason: 'NOT_OWNER', retryAfter: 3 });
    async function* events() {
      yield { event: 1 };
    }
    const yoga = createYoga({
      schema: createSchema<AuthContext>({
        typeDefs: 'type Query { own: ID bug: ID secret: ID } type Subscription { event: ID }',
        resolvers: {
          Query: {
            own: fail(refused),
            bug: fail(new Error('secret')),
            secret: fail(new AppError('secret', { code: 'INTERNAL_SERVER_ERROR' })),
          },
          Subscription: { event: { subscribe: events, resolve: fail(refused) } },
        },
      }),
      plugins: [useStackAuth(test.auth, { required: false })],
      logging: false,
    });
    const ask = async (query: string) => {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      };
      return (await yoga.fetch('http://a.test/graphql', init)).text();
    };
    const { data, errors } = JSON.parse(await ask('{ own alias: own bug secret }'));
    expect(data).toEqual({ own: null, alias: null, bug: null, secret: null });
    const shown = {
      message: 'Not yours',
      extensions: { code: 'FORBIDDEN', reason: 'NOT_OWNER', retryAfter: 3 },
    };
    expect(errors).toEqual([
      { ...shown, path: ['own'], locations: [{ line: 1, column: 3 }] },
      { ...shown, path: ['alias'], locations: [{ line: 1, column: 7 }] },
      expect.objectContaining({ message: 'Unexpected error.', path: ['bug'] }),
      expect.objectContaining({ message: 'Unexpected error.', path: ['secret'] }),
    ]);
    expect(await ask('subscription { event }')).toContain('"reason":"NOT_OWNER"');
  });

  it('adds the user and the profile to the context', async () => {
    const ask = createTeamServer();
    const { ada } = test.emulator.people;
    const { body } = await ask(QUERY, await test.headersOf('ada'));
    expect(body).toEqual({ data: { id: ada.id, name: 'Ada Lovelace' } });
  });

  it('refuses before the body is read, with status, code, reason and headers', async () => {
    const ask = createTeamServer();
    for (const [headers, reason, challenge] of [
      [{}, 'MISSING_TOKEN', 'Bearer realm="graphql"'],
      [{ authorization: 'Bearer garbage' }, 'INVALID_TOKEN', 'Bearer realm="graphql", error="invalid_token"'],
    ] as const) {
      const refused = await ask('{ this is no JSON', headers);
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, challenge]);
      expect(refused.body).toEqual({
        errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED', reason } }],
      });
    }
  });

  it('refuses a bad token also where none is required', async () => {
    const ask = createTeamServer({ required: false });
    expect((await ask({ query: '{ id }' })).body).toEqual({ data: { id: null } });
    expect((await ask(QUERY)).body).toMatchObject({
      data: { name: null },
      errors: [{ extensions: { code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' } }],
    });
    const forged = { 'x-stack-access-token': await test.mint('ada', { forged: true }) };
    expect(await ask(QUERY, forged)).toMatchObject({
      status: 401,
      body: { errors: [{ extensions: INVALID }] },
    });
  });

  it('leaves the status at 200 where a profile fails, and masks neither code nor message', async () => {
    const ask = createTeamServer();
    const heal = test.emulator.control.fail('profile', { kind: 'status', status: 500 });
    const { status, body } = await ask(QUERY, await test.headersOf('grace'));
    heal();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      data: { id: test.emulator.people.grace.id, name: null },
      errors: [{ message: 'The identity provider is unavailable', path: ['name'], extensions: UNAVAILABLE }],
    });
  });

  it('masks a refusal of our keys', async () => {
    const ask = createTeamServer();
    const headers = { 'x-stack-known-error': 'INVALID_SECRET_SERVER_KEY' };
    const heal = test.emulator.control.fail('profile', { kind: 'status', status: 401, headers });
    const { body } = await ask(QUERY, await test.headersOf('linus'));
    heal();
    expect(body).toMatchObject({
      errors: [{ message: 'Unexpected error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
  });

  it('authenticates the operations of a batch once, and gives each the context', async () => {
    await using own = await startTestAuth({ rateLimit: 1, profileCacheTtl: 0 });
    const yoga = createYoga({
      schema: createSchema<AuthContext>({
        typeDefs: 'type Query { id: ID }',
        resolvers: { Query: { id: (_root, _args, { user }) => user?.id } },
      }),
      plugins: [useStackAuth(own.auth)],
      batching: true,
      logging: false,
    });
    const ask = async (token: string) =>
      yoga.fetch('http://a.test/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-stack-access-token': token },
        body: JSON.stringify([{ query: '{ id }' }, { query: '{ id }' }]),
      });
    const { id } = own.emulator.people.ada;
    const token = await own.mint('ada');
    expect(await (await ask(token)).json()).toEqual([{ data: { id } }, { data: { id } }]);
    const limited = await ask(token);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([
      429,
      expect.stringMatching(/^\d+$/),
    ]);
  });

  it('shows no user to a request whose server context is shared', async () => {
    const shared = {};
    const yoga = createYoga({
      schema: createSchema<AuthContext>({
        typeDefs: 'type Query { id: ID }',
        resolvers: { Query: { id: (_root, _args, { user }) => user?.id } },
      }),
      plugins: [useStackAuth(test.auth, { required: false })],
      logging: false,
    });
    const ask = async (headers: Record<string, string>) =>
      (await yoga.fetch('http://a.test/graphql?query={id}', { headers }, shared)).json();
    expect(await ask(await test.headersOf('ada'))).toEqual({ data: { id: test.emulator.people.ada.id } });
    expect(await ask({})).toEqual({ data: { id: null } });
  });
});

describe('an operation that comes without a request of Yoga, as over a WebSocket', () => {
  /** As the transports do: it builds a context of their parts, and executes. */
  async function execute(options: AuthOptions<Request>, parts: object) {
    const schema = createSchema<AuthContext>({
      typeDefs: 'type Query { open: String id: ID name: String }',
      resolvers: {
        Query: {
          open: () => 'shown',
          id: (_root, _args, { user }) => user?.id,
          name: async (_root, _args, { profile }) => (await profile()).displayName,
        },
      },
    });
    const yoga = createYoga({ schema, plugins: [useStackAuth(test.auth, options)], logging: false });
    const { contextFactory, execute } = yoga.getEnveloped(parts as Parameters<typeof yoga.getEnveloped>[0]);
    const contextValue = await contextFactory();
    return execute({ schema, document: parse('{ open id name }'), contextValue }) as Promise<ExecutionResult>;
  }

  const principalOf = async (name: Parameters<TestAuth['headersOf']>[0]) =>
    test.auth.authenticate(await test.headersOf(name));

  it('is refused where a token is required, and is a guest elsewhere', async () => {
    const principal = await principalOf('ada');
    const request = new Request('http://a.test');
    for (const parts of [{}, { principal: { ...principal } }, { request }, { request, principal }]) {
      await expect(execute({}, parts)).rejects.toMatchObject({
        extensions: { code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN', http: { status: 401 } },
      });
      const { data, errors } = await execute({ required: false }, parts);
      expect(data).toEqual({ open: 'shown', id: null, name: null });
      expect(errors).toMatchObject([{ path: ['name'], extensions: { reason: 'MISSING_TOKEN' } }]);
    }
  });

  it('is that of the principal in its context', async () => {
    const result = await execute({}, { principal: await principalOf('ada') });
    const { id } = test.emulator.people.ada;
    expect(result).toEqual({ data: { open: 'shown', id, name: 'Ada Lovelace' } });
  });
});

describe('stackAuthContext', () => {
  const requestWith = (headers: Record<string, string>) => ({ req: { headers } as IncomingMessage });

  it('makes the context that resolvers get, which may be spread', async () => {
    const context = { ...(await stackAuthContext(test.auth)(requestWith(await test.headersOf('ada')))) };
    expect(context.user?.id).toBe(test.emulator.people.ada.id);
    expect((await context.profile()).displayName).toBe('Ada Lovelace');
  });

  it('refuses as Apollo Server reads it: status, and headers in a Map', async () => {
    const error = await stackAuthContext(test.auth)(requestWith({})).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GraphQLError);
    expect(error).toMatchObject({
      message: 'Access token required',
      extensions: { code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN', http: { status: 401 } },
    });
    const { headers } = (error as GraphQLError).extensions['http'] as { headers: unknown };
    expect(headers).toEqual(new Map([['www-authenticate', 'Bearer realm="graphql"']]));
  });

  it('rejects a profile with an error that has no status', async () => {
    const heal = test.emulator.control.fail('profile', { kind: 'status', status: 500 });
    const { profile } = await stackAuthContext(test.auth)(requestWith(await test.headersOf('grace')));
    const error = await profile().catch((reason: unknown) => reason);
    heal();
    expect(error).toBeInstanceOf(GraphQLError);
    expect((error as GraphQLError).extensions).toEqual(UNAVAILABLE);
  });
});
