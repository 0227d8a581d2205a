import { print } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MyProfile, WhoAmI } from '../support/documents.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('me', () => {
  let test: TestServer;
  let token: string;
  beforeAll(async () => {
    // Nothing kept, so that what each query costs is seen.
    test = await startTestServer({ env: { PROFILE_CACHE_TTL: '0' } });
    token = await test.emulator.control.mintToken({ userId: test.emulator.people.ada.id });
  });
  afterAll(async () => {
    await test[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    test.emulator.control.resetCalls();
  });

  const profileCalls = () => test.emulator.control.calls().profile;

  it.each([
    ['id and class', '{ me { id isAnonymous isRestricted } }', 0],
    ['the session', '{ session { id issuedAt expiresAt selectedTeamId } }', 0],
    ['ten aliases of the id', `{ ${aliases(10, 'me { id }')} }`, 0],
    ['everything in the token', print(WhoAmI), 0],
    ['everything in the profile', print(MyProfile), 1],
    ['only the type name', '{ me { __typename } }', 0],
    ['one profile field', '{ me { email } }', 1],
    ['two profile fields', '{ me { email displayName } }', 1],
    ['several me', `{ ${aliases(10, 'me { email displayName }')} }`, 1],
    ['aliased fields', '{ me { a: email b: email c: displayName } }', 1],
    [
      'fragments',
      'query { me { ...F } other: me { ...F } } fragment F on User { email ... on User { hasPassword } }',
      1,
    ],
    ['profile fields left out', '{ me { id email @include(if: false) displayName @skip(if: true) } }', 0],
    ['one of two left out', '{ me { id email @include(if: false) displayName } }', 1],
  ])('makes no more profile calls than needed for %s', async (_what, query, calls) => {
    const { body } = await test.ask(query, { token });
    expect(body.errors).toBeUndefined();
    expect(profileCalls()).toBe(calls);
  });

  it('makes no call where a variable leaves the profile fields out', async () => {
    const query = 'query ($full: Boolean!) { me { id email @include(if: $full) } }';
    expect((await test.ask(query, { token, variables: { full: false } })).body.errors).toBeUndefined();
    expect(profileCalls()).toBe(0);
    expect((await test.ask(query, { token, variables: { full: true } })).body.errors).toBeUndefined();
    expect(profileCalls()).toBe(1);
  });

  it('makes one call while the cached profile is fresh', async () => {
    await using caching = await startTestServer();
    const { control, people } = caching.emulator;
    const own = await control.mintToken({ userId: people.ada.id });
    for (let n = 0; n < 5; n += 1)
      expect((await caching.ask('{ me { email } }', { token: own })).body.errors).toBeUndefined();
    expect(control.calls().profile).toBe(1);
  });

  it('shows the whole profile', async () => {
    const { ada } = test.emulator.people;
    const { body } = await test.ask(print(MyProfile), { token });
    expect(body).toEqual({
      data: {
        __typename: 'Query',
        me: {
          __typename: 'User',
          id: ada.id,
          displayName: 'Ada Lovelace',
          email: 'ada@example.test',
          emailVerified: true,
          profileImageUrl: 'https://images.example.test/ada.png',
          signedUpAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          lastActiveAt: expect.stringMatching(/Z$/),
          hasPassword: true,
          oauthProviders: [
            {
              __typename: 'OAuthProvider',
              id: 'github',
              accountId: '18151210',
              email: 'ada@example.test',
            },
          ],
        },
      },
    });
  });

  it('counts the accounts ten times, as other lists of a user', async () => {
    const ask = (count: number) => {
      const fields = Array.from(
        { length: count },
        (_, index) => `a${index}: oauthProviders { id accountId email __typename }`,
      );
      return test.ask(`{ me { ${fields.join(' ')} } }`, { token });
    };
    expect((await ask(24)).body.errors).toBeUndefined();
    expect((await ask(25)).body.errors).toMatchObject([
      { extensions: { code: 'LIMIT_EXCEEDED', reason: 'MAX_COMPLEXITY' } },
    ]);
  });

  it.each(['ada', 'linus', 'radia', 'mallory', 'guest'] as const)(
    'knows %s by the token and by the profile',
    async (name) => {
      const person = test.emulator.people[name];
      const own = await test.emulator.control.mintToken({ userId: person.id });
      const { body } = await test.ask('{ me { id isAnonymous isRestricted displayName } }', { token: own });
      expect(body).toEqual({
        data: {
          me: {
            id: person.id,
            isAnonymous: person.kind === 'anonymous',
            isRestricted: person.kind !== 'ordinary',
            displayName: person.displayName ?? null,
          },
        },
      });
    },
  );

  it('shows fifty users at once their own profile alone', async () => {
    const { control } = test.emulator;
    const users = Array.from({ length: 50 }, (_, n) => control.createUser({ displayName: `User ${n}` }));
    const answers = await Promise.all(
      users.map(async ({ id }) =>
        test.ask('{ me { id displayName } again: me { displayName } }', {
          token: await control.mintToken({ userId: id }),
        }),
      ),
    );
    expect(answers.map(({ body }) => body)).toEqual(
      users.map(({ id, displayName }) => ({ data: { me: { id, displayName }, again: { displayName } } })),
    );
    expect(profileCalls()).toBe(50);
  });

  it('shows the session that the token was made in', async () => {
    const { accessToken, sessionId } = await test.emulator.control.signIn(test.emulator.people.grace.id);
    const { body } = await test.ask('{ session { id selectedTeamId issuedAt expiresAt } }', {
      token: accessToken,
    });
    const { id, selectedTeamId, issuedAt, expiresAt } = body.data.session;
    expect({ id, selectedTeamId }).toEqual({
      id: sessionId,
      selectedTeamId: '6fc0d580-48d1-4f83-aeb9-1f6f7578388d',
    });
    expect(Date.parse(expiresAt) - Date.parse(issuedAt)).toBe(600_000);
  });

  it('has no session for a token that names none', async () => {
    const { id: userId } = test.emulator.people.ada;
    const bare = await test.emulator.control.mintToken({ userId, withoutClaims: ['refresh_token_id'] });
    expect((await test.ask('{ session { id } }', { token: bare })).body).toEqual({ data: { session: null } });
  });
});

function aliases(count: number, selection: string): string {
  return Array.from({ length: count }, (_, n) => `a${n}: ${selection}`).join(' ');
}
