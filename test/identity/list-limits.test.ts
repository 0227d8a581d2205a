import { describe, expect, it } from 'vitest';
import { startTestServer } from '../support/test-server.ts';

/** Every field of the user and of teams, as a page that shows all of it at once. */
const PAGE = `{
  session { id expiresAt }
  me {
    id isAnonymous isRestricted displayName email emailVerified profileImageUrl signedUpAt lastActiveAt hasPassword
    oauthProviders { id accountId email } clientMetadata clientReadOnlyMetadata restrictedReason
    selectedTeam { id displayName permissions }
    teams {
      id displayName profileImageUrl clientMetadata permissions hasPermission(id: "x")
      myProfile { userId displayName }
      members { userId displayName profileImageUrl }
      invitations { id recipientEmail expiresAt }
      apiKeys { id description lastFour }
    }
    permissions hasPermission(id: "x")
    contactChannels { id type value isPrimary isVerified usedForAuth }
    sessions { id createdAt lastUsedAt isCurrent agentName }
    teamInvitations { id teamId teamDisplayName recipientEmail expiresAt }
    apiKeys { id description createdAt expiresAt revokedAt lastFour }
    notificationPreferences { categoryId categoryName enabled canDisable }
  }
}`;

const OF_TEAMS = 'teams { members { userId } invitations { id } apiKeys { id } }';

describe('the complexity of lists', () => {
  it('lets a page through that shows everything', async () => {
    await using test = await startTestServer();
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.grace.id });
    const { body } = await test.ask(PAGE, { token });
    // The one team in which Grace may not see the keys.
    expect(body.errors?.map(({ path }) => path?.at(-1))).toEqual(['apiKeys']);
    expect(body.data.me.teams).toHaveLength(2);
  });

  it.each([
    ['by name', Array(20).fill(OF_TEAMS).join(' ')],
    ['by aliases', Array.from({ length: 20 }, (_, index) => `a${index}: ${OF_TEAMS}`).join(' ')],
  ])(
    'refuses twenty times the teams with members, invitations and keys, %s, before any call',
    async (_how, fields) => {
      await using test = await startTestServer();
      const { control, people } = test.emulator;
      const token = await control.mintToken({ userId: people.grace.id });
      await test.ask('{ session { id } }', { token });
      control.resetCalls();
      const { body } = await test.ask(`{ me { ${fields} } }`, { token });
      expect(body.errors?.map(({ extensions }) => extensions)).toMatchObject([
        { code: 'LIMIT_EXCEEDED', reason: 'MAX_COMPLEXITY' },
      ]);
      expect(control.calls().total).toBe(0);
    },
  );
});

describe('the size of lists', () => {
  it('lets a user of a thousand teams see all of them, with permissions', async () => {
    await using test = await startTestServer();
    const { control } = test.emulator;
    const { id: creatorId } = control.createUser();
    const clientMetadata = { about: 'x'.repeat(1_000) };
    // Teams and permissions are more than 1 MiB each.
    const permissionId = 'p'.repeat(200);
    control.definePermission({ id: permissionId, scope: 'team' });
    for (let index = 0; index < 1_000; index += 1) {
      const { id: teamId } = control.createTeam({ displayName: `Team ${index}`, creatorId, clientMetadata });
      control.grantPermission({ teamId, userId: creatorId, permissionId });
    }
    const token = await control.mintToken({ userId: creatorId });
    const query = '{ me { teams { displayName permissions } } }';
    const { body } = await test.ask(query, { token });
    expect(body.errors).toBeUndefined();
    expect(body.data.me.teams).toHaveLength(1_000);
    for (const { permissions } of body.data.me.teams)
      expect(permissions).toEqual(expect.arrayContaining(['team_admin', permissionId]));
    control.resetCalls();
    expect((await test.ask(query, { token })).body).toEqual(body);
    expect(control.calls().total).toBe(0);
  });

  it('is bounded: teams of more than 2 MiB are unavailable, and all else is served', async () => {
    await using test = await startTestServer();
    const { control } = test.emulator;
    const { id: creatorId } = control.createUser({ displayName: 'Ada' });
    const clientMetadata = { about: 'x'.repeat(60_000) };
    for (let index = 0; index < 36; index += 1)
      control.createTeam({ displayName: `Team ${index}`, creatorId, clientMetadata });
    const token = await control.mintToken({ userId: creatorId });
    const { body } = await test.ask('{ me { displayName teams { id } permissions } }', { token });
    expect(body.data.me).toEqual({ displayName: 'Ada', teams: null, permissions: [] });
    expect(body.errors?.map(({ extensions }) => extensions['code'])).toEqual(['UPSTREAM_UNAVAILABLE']);
  });
});

describe('a user in 500 teams who asks for members, invitations and keys of all of them', () => {
  it('makes MAX_PROVIDER_CALLS calls, and holds a quarter of the slots: honest users are served meanwhile', async () => {
    await using test = await startTestServer({ env: { UPSTREAM_CONCURRENCY: '16' } });
    const { control } = test.emulator;
    const greedy = control.createUser();
    for (let index = 0; index < 500; index += 1)
      control.createTeam({ displayName: `Team ${index}`, creatorId: greedy.id });
    const token = await control.mintToken({ userId: greedy.id });
    await test.ask('{ me { teams { id } } }', { token }); // Cached from here on.
    control.resetCalls();

    const gates = [control.hold('member-profiles'), control.hold('invitations'), control.hold('api-keys')];
    const asked = test.ask(`{ me { ${OF_TEAMS} } }`, { token });
    const waiting = () => gates.reduce((sum, gate) => sum + gate.waiting, 0);
    await expect.poll(waiting, { interval: 2 }).toBe(4);
    expect(test.services.gauges().callsActive).toBe(4);

    const honest = Array.from({ length: 12 }, () => control.createUser({ displayName: 'Honest' }));
    const answers = await Promise.all(
      honest.map(async ({ id }) =>
        test.ask('{ me { displayName teams { permissions } } }', {
          token: await control.mintToken({ userId: id }),
        }),
      ),
    );
    for (const { body } of answers)
      expect(body).toEqual({ data: { me: { displayName: 'Honest', teams: [] } } });
    expect(waiting()).toBe(4);

    for (const gate of gates) gate.release();
    const { body } = await asked;
    const ofTeams =
      control.calls()['member-profiles'] + control.calls().invitations + control.calls()['api-keys'];
    expect(ofTeams).toBe(50);
    const reasons = new Set(
      body.errors?.map(({ extensions }) => `${extensions['code']} ${extensions['reason']}`),
    );
    expect(reasons).toEqual(new Set(['LIMIT_EXCEEDED MAX_PROVIDER_CALLS']));
    expect(body.errors).toHaveLength(1_500 - 50);
    const { teams } = body.data.me;
    expect(teams).toHaveLength(500);
    expect(teams[0].members).toHaveLength(1);
    expect(teams[499]).toEqual({ members: null, invitations: null, apiKeys: null });
    const line = test.logged
      .map((each) => JSON.parse(each))
      .findLast(({ upstreamCalls }) => upstreamCalls === 50);
    expect(line).toBeDefined();
  });
});
