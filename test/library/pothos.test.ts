import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { DateTimeResolver } from 'graphql-scalars';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createBuilder } from '../../src/graph/builder.ts';
import { addIdentityTypes, stackAuthScopes, stackAuthUnauthorized } from '../../src/library/pothos.ts';
import { addTypes } from '../../src/server/app-schema.ts';
import {
  createTeamBuilder,
  createTeamListener,
  createTeamSchema,
  defineRootTypes,
  type RootNames,
  type TeamTypes,
} from '../support/team-graph.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const PROFILE = `displayName email emailVerified profileImageUrl signedUpAt lastActiveAt hasPassword
  oauthProviders { id accountId email } clientMetadata clientReadOnlyMetadata`;
const LISTS = `selectedTeam { id } teams { ...T } permissions hasPermission(id: "staff") contactChannels { value }
  sessions { id } teamInvitations { id } apiKeys { id } notificationPreferences { categoryName }`;
const EVERYTHING = `{
  me { id isAnonymous isRestricted restrictedReason ${PROFILE} ${LISTS} }
  session { id issuedAt expiresAt selectedTeamId }
} fragment T on Team {
  id displayName profileImageUrl clientMetadata clientReadOnlyMetadata permissions hasPermission(id: "$update_team")
  myProfile { userId displayName } members { userId displayName }
}`;

describe('our types on a builder of a team', () => {
  let test: TestServer;
  let ours: TestServer;
  beforeAll(async () => {
    test = await startTestServer({ listener: createTeamListener(createTeamSchema()) });
    ours = await startTestServer();
  });
  afterAll(async () => {
    await test[Symbol.asyncDispose]();
    await ours[Symbol.asyncDispose]();
  });
  afterEach(() => {
    test.emulator.control.heal();
    test.emulator.control.resetCalls();
  });

  const tokenOf = (name: keyof TestServer['emulator']['people'], { emulator } = test) =>
    emulator.control.mintToken({ userId: emulator.people[name].id });
  const askAs = async (name: keyof TestServer['emulator']['people'], query: string) =>
    (await test.ask(query, { token: await tokenOf(name) })).body;

  it('answer as ours do', async () => {
    const [theirs, own] = await Promise.all(
      [test, ours].map(async (server) => {
        const { control } = server.emulator;
        const user = control.createUser({ displayName: 'Joan', email: 'joan@example.test' });
        const { accessToken } = await control.signIn(user.id);
        control.createTeam({ displayName: 'Own', creatorId: user.id });
        const { body } = await server.ask(EVERYTHING, { token: accessToken });
        expect(body.errors).toBeUndefined();
        // Ids and moments differ.
        return JSON.parse(JSON.stringify(body).replaceAll(/[\da-f-]{36}|\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'x'));
      }),
    );
    expect(theirs.data.me).toMatchObject({ displayName: 'Joan', teams: [{ displayName: 'Own' }] });
    expect(theirs).toEqual(own);
  });

  it('read the teams of a user with permissions by two calls, and one team as in the list', async () => {
    const { id } = test.emulator.teams.navy;
    await askAs('linus', '{ session { id } }');
    test.emulator.control.resetCalls();
    const body = await askAs(
      'linus',
      `{ me { teams { id permissions hasPermission(id: "x") } } team(id: "${id}") { displayName permissions } }`,
    );
    expect(body.errors).toBeUndefined();
    expect(body.data.team).toEqual({ displayName: 'Navy', permissions: expect.any(Array) });
    expect(test.emulator.control.calls()).toMatchObject({ teams: 1, 'team-permissions': 1, total: 2 });
  });

  it('take fields of the team, and its scopes beside ours', async () => {
    const { id } = test.emulator.people.ada;
    const body = await askAs('ada', '{ me { greeting teams { budget } } caller { id } tenant open }');
    expect(body.data).toEqual({
      me: { greeting: `${id}: Ada Lovelace`, teams: [{ budget: null }, { budget: null }] },
      caller: { id },
      tenant: null,
      open: true,
    });
    expect(body.errors).toHaveLength(3);
    expect(body.errors).toContainEqual(
      expect.objectContaining({
        message: 'The user lacks a permission for this',
        path: ['me', 'teams', 0, 'budget'],
        extensions: { code: 'FORBIDDEN', reason: 'TEAM_PERMISSION_REQUIRED' },
      }),
    );
    expect(body.errors).toContainEqual(
      expect.objectContaining({
        message: 'Not allowed',
        path: ['tenant'],
        extensions: { code: 'FORBIDDEN' },
      }),
    );
  });

  it('tell of several scopes that of ours, and let the team refuse in its own way', async () => {
    const body = await askAs('grace', '{ anyOf allOf ownRefusal }');
    expect(body.data).toEqual({ anyOf: null, allOf: null, ownRefusal: null });
    const required = { code: 'FORBIDDEN', reason: 'PROJECT_PERMISSION_REQUIRED' };
    expect(Object.fromEntries((body.errors ?? []).map(({ path, extensions }) => [path, extensions]))).toEqual(
      { anyOf: required, allOf: required, ownRefusal: { code: 'OWN' } },
    );
  });

  it('let a guest see what is open, and ask the provider nothing', async () => {
    const fields = 'me { id } session { id } authenticated member emailVerified anyOf tenant';
    const { status, body } = await test.ask(`{ open caller { id } ${fields} }`);
    expect([status, body.data.open, body.data.caller, body.data.me]).toEqual([200, true, null, null]);
    expect(body.errors).toHaveLength(7);
    for (const { message, extensions } of body.errors ?? [])
      expect([message, extensions]).toEqual([
        'Access token required',
        { code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' },
      ]);
    const { body: refused } = await test.ask('mutation { signOut { signedOut } }');
    expect(refused.errors?.[0]?.extensions).toMatchObject({ reason: 'MISSING_TOKEN' });
    expect(test.emulator.control.calls().total).toBe(0);
  });

  it.each([
    ['guest', 'member', 'This needs an account: sign up first', 'ANONYMOUS_USER'],
    ['mallory', 'member', 'This account is restricted', 'RESTRICTED_USER'],
    ['linus', 'emailVerified', 'This needs a verified e-mail address', 'EMAIL_NOT_VERIFIED'],
    ['guest', 'allOf', 'This needs an account: sign up first', 'ANONYMOUS_USER'],
  ] as const)('refuse %s by the token alone: %s', async (name, field, message, reason) => {
    const body = await askAs(name, `{ ${field} authenticated }`);
    expect(body.data).toEqual({ [field]: null, authenticated: true });
    expect(body.errors).toMatchObject([{ message, extensions: { code: 'FORBIDDEN', reason } }]);
    expect(test.emulator.control.calls().total).toBe(0);
  });

  it('refuse metadata that is too large to be kept', async () => {
    const { control } = test.emulator;
    const user = control.createUser();
    const clientMetadata = { text: 'x'.repeat(70_000) };
    control.createTeam({ displayName: 'Large', creatorId: user.id, clientMetadata });
    const token = await control.mintToken({ userId: user.id });
    const { body } = await test.ask('{ me { teams { displayName clientMetadata } } }', { token });
    expect(body.data).toEqual({ me: { teams: [{ displayName: 'Large', clientMetadata: null }] } });
    expect(body.errors).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }]);
  });

  it('audit mutations, those that a scope refuses too, by the logger of the auth', async () => {
    test.logged.length = 0;
    const { guest, ada } = test.emulator.people;
    await askAs('guest', 'mutation { deleteMe { deleted } }');
    const body = await askAs(
      'ada',
      `mutation {
        a: leaveTeam(input: { id: "no id" }) { errors { code } }
        b: updateMe(input: { displayName: "Ada" }) { me { displayName } errors { code } }
      }`,
    );
    expect(body).toEqual({
      data: {
        a: { errors: [{ code: 'NOT_A_TEAM_MEMBER' }] },
        b: { me: { displayName: 'Ada' }, errors: [] },
      },
    });
    const lines = test.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'Mutation');
    expect(lines).toMatchObject([
      { user: guest.id, operation: 'deleteMe', outcome: 'forbidden', code: 'ANONYMOUS_USER' },
      { user: ada.id, operation: 'leaveTeam', outcome: 'rejected', code: 'NOT_A_TEAM_MEMBER' },
      { user: ada.id, operation: 'updateMe', outcome: 'ok' },
    ]);
    expect(lines[1].requestId).toBe(lines[2].requestId);
    expect(lines[0].requestId).not.toBe(lines[1].requestId);
  });

  it('refuse an expired token as a whole', async () => {
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id, expiresIn: -120 });
    const { status, body } = await test.ask('{ open }', { token });
    expect([status, body.data]).toEqual([401, undefined]);
    expect(body.errors?.[0]?.extensions).toMatchObject({ reason: 'EXPIRED_TOKEN' });
  });

  it('make at most as many calls as a request may', async () => {
    await using small = await startTestServer({
      env: { MAX_PROVIDER_CALLS: '2', PROFILE_CACHE_TTL: '0' },
      listener: createTeamListener(createTeamSchema()),
    });
    const token = await tokenOf('ada', small);
    const query = '{ me { permissions contactChannels { id } sessions { id } } authenticated }';
    const { body } = await small.ask(query, { token });
    expect(body.errors).toMatchObject([
      { extensions: { code: 'LIMIT_EXCEEDED', reason: 'MAX_PROVIDER_CALLS' } },
    ]);
    expect((await small.ask('{ me { permissions } }', { token })).body.errors).toBeUndefined();
  });
});

describe('anonymous users', () => {
  it.each([
    ['share a budget of calls by their address', '127.0.0.1', 'RATE_LIMITED'],
    ['have none where there is no address', undefined, undefined],
  ])('%s', async (_what, address, code) => {
    await using test = await startTestServer({
      env: { RATE_LIMIT_ANONYMOUS_CALLS: '2', PROFILE_CACHE_TTL: '0' },
      listener: createTeamListener(createTeamSchema(), { address: () => address }),
    });
    const { control } = test.emulator;
    const answers: unknown[] = [];
    for (const query of ['{ me { sessions { id } permissions } }', '{ me { permissions } open }']) {
      const token = await control.mintToken({ userId: control.createUser({ kind: 'anonymous' }).id });
      answers.push((await test.ask(query, { token })).body.errors?.[0]?.extensions['code']);
    }
    expect(answers).toEqual([undefined, code]);
  });
});

describe('while the provider fails', () => {
  const UNAVAILABLE = { code: 'UPSTREAM_UNAVAILABLE' };

  it.each([false, true])('fields and scopes say so; errors as refusals: %s', async (errorsAsRefusals) => {
    const schema = createTeamSchema({ treatErrorsAsUnauthorized: errorsAsRefusals });
    await using test = await startTestServer({ listener: createTeamListener(schema) });
    const { control, people, teams } = test.emulator;
    const token = await control.mintToken({ userId: people.grace.id });
    await test.ask('{ open }', { token }); // From here on the server has the keys.
    control.fail('all', { kind: 'status', status: 500 });
    const of = `(teamId: "${teams.navy.id}", id: "x")`;
    const { status, body } = await test.ask(
      `{ me { id email teams { id } } teamMember${of} teamPermission${of} projectPermission${of} liveSession${of} anyOf }`,
      { token },
    );
    expect([status, body.data.me]).toEqual([200, { id: people.grace.id, email: null, teams: null }]);
    expect(body.errors).toHaveLength(7);
    for (const { message, extensions } of body.errors ?? [])
      expect([message, extensions]).toEqual(['The identity provider is unavailable', UNAVAILABLE]);
  });

  it('a refusal of our key is masked and logged, and bugs stay bugs', async () => {
    await using test = await startTestServer({ listener: createTeamListener(createTeamSchema()) });
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.grace.id });
    const headers = { 'x-stack-known-error': 'INVALID_SECRET_SERVER_KEY' };
    control.fail('profile', { kind: 'status', status: 401, headers });
    const { body } = await test.ask('{ me { email } broken }', { token });
    expect(body.errors).toMatchObject([
      { message: 'Unexpected error.', path: ['broken'], extensions: { code: 'INTERNAL_SERVER_ERROR' } },
      { message: 'Unexpected error', path: ['me', 'email'], extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
    expect(test.logged.join('')).toContain('INVALID_SECRET_SERVER_KEY');
  });
});

describe('addIdentityTypes', () => {
  const printed = (schema: Parameters<typeof printSchema>[0]) => printSchema(lexicographicSortSchema(schema));

  it.each([{}, { defaultFieldNullability: false }, { defaultInputFieldRequiredness: true }])(
    'adds exactly our types but for the subscription, whatever the defaults of the builder: %o',
    (defaults) => {
      const builder = createTeamBuilder(defaults);
      addIdentityTypes(builder);
      const ours = createBuilder();
      addTypes(ours, undefined, { subscription: false });
      expect(printed(builder.toSchema())).toBe(printed(ours.toSchema()));
    },
  );

  it('leaves the defaults of the team to its own fields', () => {
    const builder = createTeamBuilder();
    const { User } = addIdentityTypes(builder);
    builder.objectField(User, 'own', (t) => t.string({ resolve: () => null }));
    expect(printed(builder.toSchema())).toContain('  own: String\n');
  });

  it.each([
    ['by itself', undefined, undefined],
    ['before, with names of its own', { query: 'Q', mutation: 'M' }, undefined],
    ['after', undefined, {}],
    ['after, with names of its own', undefined, { query: 'Q', mutation: 'M' }],
  ])('is added to root types that a team defines %s', (_when, before, after) => {
    const builder = createTeamBuilder({}, before ?? false);
    addIdentityTypes(builder);
    if (after) defineRootTypes(builder, after);
    const schema = builder.toSchema();
    const names: RootNames = before ?? after ?? {};
    expect([schema.getQueryType()?.name, schema.getMutationType()?.name]).toEqual([
      names.query ?? 'Query',
      names.mutation ?? 'Mutation',
    ]);
    expect(schema.getMutationType()?.getFields()).toHaveProperty('updateMe');
  });

  it('leaves the mutations out', () => {
    const builder = createTeamBuilder({}, false);
    addIdentityTypes(builder, { mutations: false });
    const schema = builder.toSchema();
    expect(schema.getMutationType()).toBeUndefined();
    expect(printed(schema)).not.toMatch(/Payload|UserError|Input/);
  });

  it('names everything that the builder lacks', () => {
    const scopeAuth = { authScopes: stackAuthScopes as never, unauthorizedError: stackAuthUnauthorized };
    const bare = new SchemaBuilder<TeamTypes>({ plugins: [], scopeAuth });
    expect(() => addIdentityTypes(bare)).toThrow(
      /scalars DateTime and JSONObject are missing[\s\S]*plugins: \[ScopeAuthPlugin\]/,
    );
    const half = new SchemaBuilder<TeamTypes>({ plugins: [ScopeAuthPlugin], scopeAuth });
    half.addScalarType('DateTime', DateTimeResolver);
    expect(() => addIdentityTypes(half)).toThrow('the scalars JSONObject are missing');
  });
});

describe('the options of addIdentityTypes', () => {
  it.each<[object, string]>([
    [{ mutation: false }, 'mutation is not an option'],
    [{ mutations: 'false' }, 'mutations must be true or false'],
    [{ mutations: null }, 'mutations must be true or false'],
  ])('are refused where they would leave the mutations in: %o', (options, message) => {
    expect(() => addIdentityTypes(createTeamBuilder(), options)).toThrow(message);
    expect(() => addIdentityTypes(createTeamBuilder(), { mutations: undefined })).not.toThrow();
  });
});
