import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, startTestServer, type TestServer } from '../support/test-server.ts';

const NO_TEAM = '00000000-0000-4000-8000-000000000000';

/** Every list of the user, and what teams show. */
const EVERYTHING = `{
  me {
    id clientMetadata clientReadOnlyMetadata restrictedReason
    selectedTeam { ...T }
    teams { ...T }
    permissions staff: hasPermission(id: "staff") other: hasPermission(id: "x")
    contactChannels { id type value isPrimary isVerified usedForAuth }
    sessions { id createdAt lastUsedAt isCurrent agentName }
    teamInvitations { id teamId teamDisplayName recipientEmail expiresAt }
    apiKeys { id description createdAt expiresAt revokedAt lastFour }
    notificationPreferences { categoryId categoryName enabled canDisable }
  }
}
fragment T on Team {
  id displayName profileImageUrl clientMetadata clientReadOnlyMetadata
  permissions rename: hasPermission(id: "$update_team") unknown: hasPermission(id: "x")
  myProfile { userId displayName profileImageUrl }
  members { userId displayName profileImageUrl }
  invitations { id teamId recipientEmail expiresAt }
  apiKeys { id lastFour }
}`;

const NEEDS_PROVIDER = [
  'selectedTeam',
  'teams',
  'permissions',
  'staff',
  'contactChannels',
  'sessions',
].concat(['teamInvitations', 'apiKeys', 'notificationPreferences', 'clientMetadata']);

/** Code and reason of each error, by its path. */
function codes({ body }: Answer): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (body.errors ?? []).map(({ path = [], extensions }) => [
      path.join('.'),
      [extensions['code'], extensions['reason']].filter(Boolean).join(' '),
    ]),
  );
}

let test: TestServer;
beforeEach(async () => {
  test = await startTestServer();
});
afterEach(() => test[Symbol.asyncDispose]());

const mint = (userId: string, options = {}) => test.emulator.control.mintToken({ userId, ...options });

describe('the graph of a user', () => {
  it('shows everything, and only what is the user’s', async () => {
    const { control, people, teams } = test.emulator;
    const { ada, grace } = people;
    control.updateTeam(teams.engines.id, { clientMetadata: { colour: 'red' } });
    const key = control.createApiKey({ type: 'user', ownerId: ada.id, description: 'CI' });
    control.createApiKey({ type: 'user', ownerId: grace.id, description: 'Of Grace' });
    const sent = control.invite({ teamId: teams.engines.id, email: 'new@example.test' });
    const received = control.invite({ teamId: teams.navy.id, email: 'ada@example.test' });
    const session = await control.signIn(ada.id, { agentName: 'Firefox' });
    await control.signIn(grace.id);
    const answer = await test.ask(EVERYTHING, { token: session.accessToken });
    const { body } = answer;
    const { me } = body.data;
    // In the other team Ada has no permission to see the keys.
    expect(Object.values(codes(answer))).toEqual(['FORBIDDEN TEAM_PERMISSION_REQUIRED']);
    expect(me).toMatchObject({
      id: ada.id,
      clientMetadata: { theme: 'dark' },
      clientReadOnlyMetadata: { plan: 'pro' },
      restrictedReason: null,
      selectedTeam: null,
      permissions: ['beta', 'staff'],
      staff: true,
      other: false,
      contactChannels: [{ type: 'EMAIL', value: 'ada@example.test', isPrimary: true }],
      sessions: [{ id: session.sessionId, isCurrent: true, agentName: 'Firefox' }],
      teamInvitations: [{ id: received.id, teamId: teams.navy.id, recipientEmail: 'ada@example.test' }],
      apiKeys: [{ id: key.id, description: 'CI', revokedAt: null }],
      notificationPreferences: [{ canDisable: false }, { canDisable: true }],
    });
    const engines = me.teams.find(({ id }: { id: string }) => id === teams.engines.id);
    expect(engines).toMatchObject({
      displayName: 'Analytical Engines',
      clientMetadata: { colour: 'red' },
      rename: true,
      unknown: false,
      myProfile: { userId: ada.id, displayName: 'Ada Lovelace' },
      members: [{ userId: ada.id }, { userId: grace.id }],
      invitations: [{ id: sent.id, recipientEmail: 'new@example.test' }],
      apiKeys: [],
    });
    expect(engines.permissions).toEqual([...engines.permissions].sort());
    const addresses = JSON.stringify(body).match(/[a-z]+@example\.test/g);
    expect(new Set(addresses)).toEqual(new Set(['ada@example.test', 'new@example.test']));
  });

  it.each(['guest', 'radia', 'mallory'] as const)(
    'is served to %s: the own lists, mostly empty',
    async (name) => {
      const { [name]: user } = test.emulator.people;
      const { body } = await test.ask(EVERYTHING, { token: await mint(user.id) });
      expect(body.errors).toBeUndefined();
      expect(body.data.me).toMatchObject({
        id: user.id,
        teams: [],
        permissions: [],
        sessions: [],
        apiKeys: [],
      });
      expect(body.data.me.restrictedReason).toBe(name === 'guest' ? 'anonymous' : user.restrictedReason);
    },
  );

  it('costs nothing without a token', async () => {
    await test.ask('{ session { id } }', { token: await mint(test.emulator.people.ada.id) });
    test.emulator.control.resetCalls();
    const answer = await test.ask('{ me { teams { id } } team(id: "x") { id } }');
    expect(answer.body.data).toEqual({ me: null, team: null });
    expect(codes(answer)).toEqual({
      me: 'UNAUTHENTICATED MISSING_TOKEN',
      team: 'UNAUTHENTICATED MISSING_TOKEN',
    });
    expect(test.emulator.control.calls().total).toBe(0);
  });

  it('is USER_GONE for a deleted user, in every field that needs the provider', async () => {
    const { control, people, teams } = test.emulator;
    const token = await mint(people.ada.id);
    control.deleteUser(people.ada.id);
    const answer = await test.ask(EVERYTHING.replace('me {', `team(id: "${teams.navy.id}") { id } me {`), {
      token,
    });
    expect(answer.body.data).toMatchObject({ team: null, me: { id: people.ada.id, restrictedReason: null } });
    const errors = codes(answer);
    for (const field of ['team', ...NEEDS_PROVIDER.map((name) => `me.${name}`)])
      expect(errors).toMatchObject({ [field]: 'UNAUTHENTICATED USER_GONE' });
  });

  it('drops all that is cached of a user whom any call finds deleted', async () => {
    const { control, people } = test.emulator;
    const token = await mint(people.ada.id);
    await test.ask('{ me { displayName teams { id } permissions } }', { token });
    control.deleteUser(people.ada.id);
    expect(codes(await test.ask('{ me { sessions { id } } }', { token }))).toEqual({
      'me.sessions': 'UNAUTHENTICATED USER_GONE',
    });
    expect(codes(await test.ask('{ me { displayName teams { id } permissions } }', { token }))).toEqual({
      'me.displayName': 'UNAUTHENTICATED USER_GONE',
      'me.teams': 'UNAUTHENTICATED USER_GONE',
      'me.permissions': 'UNAUTHENTICATED USER_GONE',
    });
  });
});

describe('team(id)', () => {
  const ids = () => ({
    'a team of others': test.emulator.control.createTeam({ displayName: 'Others' }).id,
    'no team': NO_TEAM,
    'no UUID': 'nonsense',
    'a path': '../users/me',
    'a path with a UUID': `${test.emulator.teams.navy.id}/../../users/me`,
    me: 'me',
    nothing: '',
    '10 KB': 'x'.repeat(10_240),
  });

  it('answers the same for every team that the caller is not in, and for what is no team', async () => {
    const { control, people } = test.emulator;
    const token = await mint(people.linus.id);
    const answers: unknown[] = [];
    for (const [what, id] of Object.entries(ids())) {
      control.resetCalls();
      const { body } = await test.ask('query ($id: ID!) { team(id: $id) { id displayName } }', {
        token,
        variables: { id },
      });
      answers.push(body);
      const isUuid = what === 'a team of others' || what === 'no team';
      if (!isUuid) expect({ what, calls: control.calls().teams }).toEqual({ what, calls: 0 });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({
      data: { team: null },
      errors: [
        {
          message: 'The user is not a member of this team',
          extensions: { code: 'FORBIDDEN', reason: 'NOT_A_TEAM_MEMBER' },
        },
      ],
    });
  });

  it('finds a team by its id in upper case', async () => {
    const { people, teams } = test.emulator;
    const { body } = await test.ask(`{ team(id: "${teams.navy.id.toUpperCase()}") { id } }`, {
      token: await mint(people.ada.id),
    });
    expect(body.data.team.id).toBe(teams.navy.id);
  });
});

describe('a team', () => {
  it('shows all else where a permission is lacking', async () => {
    const { control, people, teams } = test.emulator;
    const key = { userId: people.linus.id, teamId: teams.navy.id };
    control.revokePermission({ ...key, permissionId: 'team_member' });
    const answer = await test.ask(EVERYTHING, { token: await mint(people.linus.id) });
    expect(codes(answer)).toEqual({
      'me.teams.0.members': 'FORBIDDEN TEAM_PERMISSION_REQUIRED',
      'me.teams.0.invitations': 'FORBIDDEN TEAM_PERMISSION_REQUIRED',
      'me.teams.0.apiKeys': 'FORBIDDEN TEAM_PERMISSION_REQUIRED',
    });
    expect(answer.body.data.me.teams[0]).toMatchObject({
      displayName: 'Navy',
      permissions: [],
      rename: false,
      myProfile: { displayName: 'Linus Torvalds' },
      members: null,
      invitations: null,
      apiKeys: null,
    });
  });

  it('whose membership has ended elsewhere is forgotten once a field below it finds out', async () => {
    const { control, people, teams } = test.emulator;
    const token = await mint(people.ada.id);
    const list = '{ me { teams { id } } }';
    expect((await test.ask(list, { token })).body.data.me.teams).toHaveLength(2);
    control.removeMember({ userId: people.ada.id, teamId: teams.navy.id });
    expect((await test.ask(list, { token })).body.data.me.teams).toHaveLength(2);
    const below = `{ team(id: "${teams.navy.id}") { displayName members { userId } apiKeys { id } myProfile { userId } } }`;
    const answer = await test.ask(below, { token });
    expect(answer.body.data.team).toEqual({
      displayName: 'Navy',
      members: null,
      apiKeys: null,
      myProfile: null,
    });
    const errors = codes(answer);
    for (const field of ['members', 'myProfile'])
      expect(errors[`team.${field}`]).toBe('FORBIDDEN NOT_A_TEAM_MEMBER');
    expect((await test.ask(list, { token })).body.data.me.teams).toHaveLength(1);
    expect(codes(await test.ask(below, { token }))).toEqual({ team: 'FORBIDDEN NOT_A_TEAM_MEMBER' });
  });

  it('has no keys to show where the project has switched them off', async () => {
    const { control, people } = test.emulator;
    control.updateProject({ userApiKeys: false, teamApiKeys: false });
    const query = '{ me { displayName apiKeys { id } teams { displayName apiKeys { id } } } }';
    const answer = await test.ask(query, { token: await mint(people.ada.id) });
    expect(codes(answer)).toEqual({
      'me.apiKeys': 'FORBIDDEN FEATURE_DISABLED',
      'me.teams.0.apiKeys': 'FORBIDDEN FEATURE_DISABLED',
      'me.teams.1.apiKeys': 'FORBIDDEN FEATURE_DISABLED',
    });
    expect(answer.body.data.me.teams.map(({ displayName }: { displayName: string }) => displayName)).toEqual([
      'Navy',
      'Analytical Engines',
    ]);
  });
});

describe('metadata', () => {
  it('of more than 64 KiB is an error of its field alone, and the copy of one request is not that of another', async () => {
    const { control, people } = test.emulator;
    control.updateUser(people.ada.id, { clientMetadata: { large: 'x'.repeat(70_000) } });
    const query = '{ me { displayName clientMetadata clientReadOnlyMetadata } }';
    const answer = await test.ask(query, { token: await mint(people.ada.id) });
    expect(codes(answer)).toEqual({ 'me.clientMetadata': 'LIMIT_EXCEEDED' });
    expect(answer.body.data.me).toEqual({
      displayName: 'Ada Lovelace',
      clientMetadata: null,
      clientReadOnlyMetadata: { plan: 'pro' },
    });
  });
});

describe('a project that requires the publishable client key', () => {
  it('is our misconfiguration: an internal error, in the log and in /ready, and no reason to sign in again', async () => {
    const { control, people } = test.emulator;
    control.updateProject({ requirePublishableClientKey: true });
    const token = await mint(people.ada.id);
    for (let time = 0; time < 2; time += 1) {
      const answer = await test.ask('{ me { displayName teams { id } } }', { token });
      expect(codes(answer)).toEqual({ 'me.teams': 'INTERNAL_SERVER_ERROR' });
      expect(answer.body.data.me.displayName).toBe('Ada Lovelace');
      expect(JSON.stringify(answer.body)).not.toMatch(/publishable/i);
    }
    expect(await (await test.fetch('/ready')).json()).toMatchObject({ degraded: ['provider-refuses-us'] });
    const loud = test.logged.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50);
    expect(loud).toEqual([
      expect.objectContaining({
        refusal: 'PUBLISHABLE_CLIENT_KEY_REQUIRED_FOR_PROJECT',
        msg: expect.stringContaining('STACK_PUBLISHABLE_CLIENT_KEY'),
      }),
    ]);
  });
});
