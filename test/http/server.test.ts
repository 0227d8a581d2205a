import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createBuilder } from '../../src/graph/builder.ts';
import { type Answer, startTestServer, type TestServer } from '../support/test-server.ts';

const ID_AND_EMAIL = '{ me { id email } }';

async function startWithAda(env: Record<string, string> = {}) {
  const test = await startTestServer({ env });
  const { id } = test.emulator.people.ada;
  return Object.assign(test, { id, token: await test.emulator.control.mintToken({ userId: id }) });
}

function expectRefusal({ status, headers, body }: Answer, expected: object) {
  expect({ status, authenticate: headers.get('www-authenticate'), body }).toEqual(expected);
}

const REALM = 'Bearer realm="graphql"';
const invalid = (reason: string) => ({
  status: 401,
  authenticate: `${REALM}, error="invalid_token"`,
  body: {
    errors: [{ message: 'Invalid or expired access token', extensions: { code: 'UNAUTHENTICATED', reason } }],
  },
});

describe('a request without a token', () => {
  it('is served public fields', async () => {
    await using test = await startTestServer();
    const { status, body } = await test.ask('{ __typename }');
    expect({ status, body }).toEqual({ status: 200, body: { data: { __typename: 'Query' } } });
  });

  it('gets null and the reason for a guarded field', async () => {
    await using test = await startTestServer();
    expectRefusal(await test.ask('{ me { id } }'), {
      status: 200,
      authenticate: null,
      body: {
        data: { me: null },
        errors: [
          {
            message: 'Access token required',
            path: ['me'],
            locations: [{ line: 1, column: 3 }],
            extensions: { code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' },
          },
        ],
      },
    });
  });

  it('is refused as a whole under AUTH_REQUIRED', async () => {
    await using test = await startTestServer({ env: { AUTH_REQUIRED: 'true' } });
    expectRefusal(await test.ask('{ __typename }'), {
      status: 401,
      authenticate: REALM,
      body: {
        errors: [
          {
            message: 'Access token required',
            extensions: { code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' },
          },
        ],
      },
    });
  });

  it('is still answered preflights, health and GraphiQL under AUTH_REQUIRED', async () => {
    await using test = await startTestServer({ env: { AUTH_REQUIRED: 'true', GRAPHIQL: 'true' } });
    expect((await test.fetch('/graphql', { method: 'OPTIONS' })).status).toBe(204);
    expect((await test.fetch('/health')).status).toBe(200);
    const page = await test.fetch('/graphql', { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
  });
});

describe('an invalid token', () => {
  it.each([
    ['has expired', { expiresIn: -60 }, 'EXPIRED_TOKEN'],
    ['is forged', { forged: true }, 'INVALID_TOKEN'],
    ['is of an unknown key', { unknownKid: true }, 'INVALID_TOKEN'],
    ['is of another project', { otherProject: true }, 'INVALID_TOKEN'],
    ['mixes the classes of users', { class: 'anonymous' }, 'INVALID_TOKEN'],
    ['is not signed', { alg: 'none' }, 'INVALID_TOKEN'],
    ['is signed with the public key as a secret', { alg: 'HS256' }, 'INVALID_TOKEN'],
  ] as const)('is refused whatever the query if it %s', async (_what, options, reason) => {
    await using test = await startWithAda();
    const token = await test.emulator.control.mintToken({ userId: test.id, ...options });
    for (const query of ['{ me { id } }', '{ __typename }', 'nonsense']) {
      expectRefusal(await test.ask(query, { token }), invalid(reason));
    }
    expect(test.emulator.control.calls().profile).toBe(0);
  });

  it('is refused if it was tampered with', async () => {
    await using test = await startWithAda();
    const [header, payload, signature] = test.token.split('.');
    const claims = JSON.parse(Buffer.from(String(payload), 'base64url').toString());
    const other = Buffer.from(JSON.stringify({ ...claims, sub: test.emulator.people.grace.id })).toString(
      'base64url',
    );
    expectRefusal(
      await test.ask('{ me { id } }', { token: `${header}.${other}.${signature}` }),
      invalid('INVALID_TOKEN'),
    );
  });

  it('is refused in the media type that the client prefers', async () => {
    await using test = await startWithAda();
    const { headers } = await test.ask('{ me { id } }', {
      token: 'garbage',
      headers: { accept: 'application/graphql-response+json, application/json;q=0.9' },
    });
    expect(headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
  });

  it('is refused when a different token is sent as well', async () => {
    await using test = await startWithAda();
    const other = await test.emulator.control.mintToken({ userId: test.emulator.people.grace.id });
    const answer = await test.ask('{ me { id } }', {
      token: test.token,
      headers: { authorization: `Bearer ${other}` },
    });
    expectRefusal(answer, {
      status: 400,
      authenticate: null,
      body: {
        errors: [
          {
            message: 'Two different access tokens were sent',
            extensions: { code: 'BAD_REQUEST', reason: 'CONFLICTING_TOKENS' },
          },
        ],
      },
    });
  });
});

describe('a valid token', () => {
  it.each([
    ['X-Stack-Access-Token', (token: string) => ({ 'x-stack-access-token': token })],
    ['X-Hexclave-Access-Token', (token: string) => ({ 'x-hexclave-access-token': token })],
    ['Authorization: Bearer', (token: string) => ({ authorization: `Bearer ${token}` })],
    ['Bearer stackauth_', (token: string) => ({ authorization: `Bearer stackauth_${sdkTokens(token)}` })],
    ['Bearer hexclave_', (token: string) => ({ authorization: `Bearer hexclave_${sdkTokens(token)}` })],
    [
      'X-Stack-Auth',
      (token: string) => ({ 'x-stack-auth': JSON.stringify({ accessToken: token, refreshToken: 'r' }) }),
    ],
  ])('is taken from %s', async (_carrier, headers) => {
    await using test = await startWithAda();
    const { status, body } = await test.ask('{ me { id } }', { headers: headers(test.token) });
    expect({ status, body }).toEqual({ status: 200, body: { data: { me: { id: test.id } } } });
  });

  it.each(['https://api.stack-auth.com', 'https://api.hexclave.com'])(
    'may be issued by %s',
    async (issuerBase) => {
      await using test = await startWithAda({ STACK_ISSUER_URL: 'https://api.stack-auth.com' });
      for (const person of [
        test.emulator.people.ada,
        test.emulator.people.radia,
        test.emulator.people.guest,
      ]) {
        const token = await test.emulator.control.mintToken({ userId: person.id, issuerBase });
        expect((await test.ask('{ me { id } }', { token })).body).toEqual({
          data: { me: { id: person.id } },
        });
      }
      expectRefusal(await test.ask('{ me { id } }', { token: test.token }), invalid('INVALID_TOKEN'));
    },
  );

  it('is answered 503 while the keys are unavailable, and a request without a token is served', async () => {
    await using emulated = await startTestServer();
    emulated.emulator.control.fail('jwks', { kind: 'status', status: 500 });
    const token = await emulated.emulator.control.mintToken({ userId: emulated.emulator.people.ada.id });
    await using test = await startTestServer({
      env: { STACK_API_URL: emulated.emulator.url, STACK_PROJECT_ID: emulated.emulator.projectId },
    });
    const refused = await test.ask('{ me { id } }', { token });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expectRefusal(refused, {
      status: 503,
      authenticate: null,
      body: {
        errors: [
          {
            message: 'Authentication server error',
            extensions: {
              code: 'SERVICE_UNAVAILABLE',
              reason: 'SERVER_ERROR',
              retryAfter: expect.any(Number),
            },
          },
        ],
      },
    });
    expect((await test.ask('{ __typename }')).status).toBe(200);
  });
});

describe('a failing provider', () => {
  const errorExtensions = (test: TestServer & { id: string }, { status, body }: Answer) => {
    expect(status).toBe(200);
    expect(body.data).toEqual({ me: { id: test.id, email: null } });
    expect(body.errors?.map(({ path }) => path)).toEqual([['me', 'email']]);
    return body.errors?.[0]?.extensions;
  };

  it.each([
    ['500', { kind: 'status', status: 500, body: 'Something went wrong.' }],
    ['502', { kind: 'status', status: 502 }],
    [
      'the 404 page of a gateway',
      { kind: 'status', status: 404, headers: { 'content-type': 'text/html' }, body: 'Not found' },
    ],
    ['401 without a known error', { kind: 'status', status: 401 }],
    ['a redirect', { kind: 'status', status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['garbage', { kind: 'garbage' }],
    ['another shape', { kind: 'body', body: '{"id":1}' }],
    ['5 MB', { kind: 'body', body: `"${'x'.repeat(5_000_000)}"` }],
    ['half a response', { kind: 'half' }],
    ['a reset', { kind: 'reset' }],
    ['no response', { kind: 'hang' }],
  ] as const)('nulls only the field, with its own error code: %s', async (_what, fault) => {
    // The same time limit applies to fetching keys, so it must be long enough for a busy machine.
    await using test = await startWithAda({ UPSTREAM_TIMEOUT: '1' });
    test.emulator.control.fail('profile', fault);
    expect(errorExtensions(test, await test.ask(ID_AND_EMAIL, { token: test.token }))).toEqual({
      code: 'UPSTREAM_UNAVAILABLE',
    });
  });

  it("does not expose another user's profile that it returned by mistake", async () => {
    await using test = await startWithAda();
    test.emulator.control.fail('profile', { kind: 'otherUser', userId: test.emulator.people.grace.id });
    expect(errorExtensions(test, await test.ask(ID_AND_EMAIL, { token: test.token }))).toEqual({
      code: 'UPSTREAM_UNAVAILABLE',
    });
  });

  it.each([
    [{ 'retry-after': '7' }, { retryAfter: 7 }],
    [{}, { retryAfter: 5 }],
  ])('is reported as UPSTREAM_RATE_LIMITED for a 429 with %o', async (headers, extensions) => {
    await using test = await startWithAda();
    test.emulator.control.fail('profile', { kind: 'status', status: 429, headers });
    expect(errorExtensions(test, await test.ask(ID_AND_EMAIL, { token: test.token }))).toEqual({
      code: 'UPSTREAM_RATE_LIMITED',
      ...extensions,
    });
  });

  it('fails the field with EXPIRED_TOKEN if it reports the token as expired', async () => {
    await using test = await startWithAda();
    const headers = { 'x-stack-known-error': 'ACCESS_TOKEN_EXPIRED' };
    test.emulator.control.fail('profile', { kind: 'status', status: 401, headers });
    expect(errorExtensions(test, await test.ask(ID_AND_EMAIL, { token: test.token }))).toEqual({
      code: 'UNAUTHENTICATED',
      reason: 'EXPIRED_TOKEN',
    });
  });

  it('fails the field with USER_GONE if it has deleted the user', async () => {
    await using test = await startWithAda();
    test.emulator.control.deleteUser(test.id);
    expect(errorExtensions(test, await test.ask(ID_AND_EMAIL, { token: test.token }))).toEqual({
      code: 'UNAUTHENTICATED',
      reason: 'USER_GONE',
    });
  });

  it('is reported to clients as an internal error if it refuses our key, and logged without the key', async () => {
    await using test = await startWithAda({ STACK_SECRET_SERVER_KEY: 'ssk_wrong' });
    const answer = await test.ask(ID_AND_EMAIL, { token: test.token, headers: { 'x-request-id': 'req-1' } });
    expect(errorExtensions(test, answer)).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: 'req-1' });
    expect(answer.body.errors?.[0]?.message).toBe('Unexpected error');
    const line = test.logged.find((entry) => entry.includes('INVALID_SECRET_SERVER_KEY'));
    expect(JSON.parse(String(line))).toMatchObject({ level: 50, refusal: 'INVALID_SECRET_SERVER_KEY' });
    expect(test.logged.join('')).not.toContain('ssk_wrong');
    expect(test.logged.join('')).not.toContain(test.token);
  });
});

describe('a scope', () => {
  it.each([
    ['members', 'guest', { reason: 'ANONYMOUS_USER' }],
    ['members', 'radia', { reason: 'RESTRICTED_USER' }],
    ['members', 'mallory', { reason: 'RESTRICTED_USER' }],
    ['verified', 'linus', { reason: 'EMAIL_NOT_VERIFIED' }],
    ['both', 'linus', { reason: 'EMAIL_NOT_VERIFIED' }],
    ['both', 'guest', { reason: 'ANONYMOUS_USER' }],
    ['either', 'radia', { reason: 'RESTRICTED_USER' }],
  ] as const)('refuses %s to %s with its reason', async (field, name, extensions) => {
    await using test = await startTestServer({ schema: schemaOfScopes() });
    const token = await test.emulator.control.mintToken({ userId: test.emulator.people[name].id });
    const { status, body } = await test.ask(`{ ${field} open }`, { token });
    expect(status).toBe(200);
    expect(body.data).toEqual({ [field]: null, open: 'anybody' });
    expect(body.errors?.[0]).toMatchObject({
      path: [field],
      extensions: { code: 'FORBIDDEN', ...extensions },
    });
    expect(test.emulator.control.calls().profile).toBe(0);
  });

  it('serves callers that satisfy it', async () => {
    await using test = await startTestServer({ schema: schemaOfScopes() });
    const { ada } = test.emulator.people;
    const token = await test.emulator.control.mintToken({ userId: ada.id });
    expect((await test.ask('{ members verified both either }', { token })).body).toEqual({
      data: { members: ada.id, verified: ada.id, both: ada.id, either: ada.id },
    });
  });

  it('refuses a caller without a token as UNAUTHENTICATED', async () => {
    await using test = await startTestServer({ schema: schemaOfScopes() });
    const { body } = await test.ask('{ members verified both either }');
    expect(body.errors?.map(({ extensions }) => extensions)).toEqual(
      Array(4).fill({ code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' }),
    );
  });
});

describe('a bug', () => {
  it('is masked for clients by a request id, and logged in full', async () => {
    const builder = createBuilder();
    builder.queryType({
      fields: (t) => ({
        broken: t.string({
          nullable: true,
          resolve: () => {
            throw new TypeError('the database password is hunter2');
          },
        }),
      }),
    });
    await using test = await startTestServer({ schema: builder.toSchema() });
    const { status, headers, body } = await test.ask('{ broken }');
    expect(status).toBe(200);
    const requestId = headers.get('x-request-id');
    expect(body).toMatchObject({
      data: { broken: null },
      errors: [{ message: 'Unexpected error', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } }],
    });
    expect(JSON.stringify(body)).not.toMatch(/hunter2|TypeError|\.ts/);
    expect(test.logged.join('')).toMatch(/hunter2/);
  });
});

describe('a GraphQLError thrown by a resolver', () => {
  it.each(['application/json', 'application/graphql-response+json'])(
    'nulls only its field under %s',
    async (accept) => {
      const builder = createBuilder();
      builder.queryType({
        fields: (t) => ({
          own: t.string({
            nullable: true,
            resolve: () => {
              throw new GraphQLError('out of stock', {
                extensions: { code: 'SOLD_OUT', http: { status: 418 } },
              });
            },
          }),
          plain: t.string({
            nullable: true,
            resolve: () => {
              throw new GraphQLError('plain');
            },
          }),
        }),
      });
      await using test = await startTestServer({ schema: builder.toSchema() });
      const { status, body } = await test.ask('{ own plain }', { headers: { accept } });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        data: { own: null, plain: null },
        errors: [
          { message: 'out of stock', path: ['own'], extensions: { code: 'SOLD_OUT' } },
          { message: 'plain', path: ['plain'] },
        ],
      });
    },
  );
});

describe('the type of the context', () => {
  it('has a user in guarded fields, and an optional user in others', () => {
    const builder = createBuilder();
    builder.queryType({
      fields: (t) => ({
        guarded: t.withAuth({ member: true }).string({ resolve: (_root, _args, { user }) => user.id }),
        // @ts-expect-error without the guard the user may be missing
        unguarded: t.string({ resolve: (_root, _args, { user }) => user.id }),
      }),
    });
    expect(Object.keys(builder.toSchema().getQueryType()?.getFields() ?? {})).toEqual([
      'guarded',
      'unguarded',
    ]);
  });
});

function sdkTokens(accessToken: string): string {
  return Buffer.from(JSON.stringify({ accessToken, refreshToken: 'r' })).toString('base64');
}

function schemaOfScopes() {
  const builder = createBuilder();
  builder.queryType({
    fields: (t) => ({
      open: t.string({ resolve: () => 'anybody' }),
      members: t
        .withAuth({ member: true })
        .id({ nullable: true, resolve: (_root, _args, { user }) => user.id }),
      verified: t
        .withAuth({ emailVerified: true })
        .id({ nullable: true, resolve: (_root, _args, { user }) => user.id }),
      both: t
        .withAuth({ member: true, emailVerified: true })
        .id({ nullable: true, resolve: (_root, _args, { user }) => user.id }),
      either: t
        .withAuth({ $any: { member: true, emailVerified: true } })
        .id({ nullable: true, resolve: (_root, _args, { user }) => user.id }),
    }),
  });
  return builder.toSchema();
}
