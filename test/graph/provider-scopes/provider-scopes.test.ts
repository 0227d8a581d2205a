import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClock, type TestClock } from '../../support/clock.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';
import { createGuardedApp, SCOPES } from './guarded-app.ts';
import {
  ask,
  createWorld,
  ENDPOINT,
  type Guarded,
  REFUSAL,
  whenItChanges,
  whileTheProviderFails,
  whoPasses,
} from './proof.ts';

/** Starts a server with the guarded app on a clock of its own. */
async function startGuarded(env: Readonly<Record<string, string>> = {}) {
  const clock = createClock();
  const test = await startTestServer({ app: createGuardedApp(), clock, env });
  return { test, clock, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() };
}

describe('the scopes that the provider decides', () => {
  let guarded: Guarded & AsyncDisposable;
  beforeAll(async () => {
    guarded = await startGuarded();
  });
  beforeEach(() => guarded.clock.advance(61_000));
  afterAll(() => guarded[Symbol.asyncDispose]());

  it('let pass whom they name: every scope in every role', async () => {
    expect(await whoPasses(guarded)).toEqual([]);
  });

  it('follow what is granted and taken away, each within its time', async () => {
    expect(await whenItChanges(guarded)).toEqual([]);
  });

  it('answer with the error of a provider that cannot be asked, and neither grant nor deny', async () => {
    expect(await whileTheProviderFails(guarded)).toEqual([]);
  });

  it.each(['teamMember', 'teamPermission', 'projectPermission'] as const)(
    'decide by a stale copy while the provider fails: %s',
    async (scope) => {
      const [owner, stranger] = [await createWorld(guarded, 'owner'), await createWorld(guarded, 'stranger')];
      const answers = async () => [
        (await ask(guarded, owner, [scope]))[scope],
        (await ask(guarded, stranger, [scope]))[scope],
      ];
      const before = await answers();
      expect(before).toEqual(['ok', REFUSAL[scope]]);
      const heal = guarded.test.emulator.control.fail(ENDPOINT[scope], { kind: 'status', status: 500 });
      guarded.clock.advance(31_000);
      expect(await answers()).toEqual(before);
      // `PROFILE_STALE_MAX` is ten minutes. The tokens have expired by then.
      guarded.clock.advance(570_000);
      heal();
    },
  );

  it('do not ask for an id that no team has, nor for a token without a session', async () => {
    const { control } = guarded.test.emulator;
    const { userId } = await createWorld(guarded, 'owner');
    const token = await control.mintToken({ userId, withoutClaims: ['refresh_token_id'] });
    const odd = await control.mintToken({ userId, claims: { refresh_token_id: 'no UUID' } });
    control.resetCalls();
    expect(await ask(guarded, { teamId: '', token: odd }, ['liveSession'])).toEqual({
      liveSession: REFUSAL.liveSession,
    });
    for (const teamId of ['', 'me', '../users/me', 'x'.repeat(10_000)]) {
      const answers = await ask(guarded, { teamId, token }, ['teamMember', 'teamPermission', 'liveSession']);
      expect(answers).toEqual({
        teamMember: REFUSAL.teamMember,
        teamPermission: REFUSAL.teamPermission,
        liveSession: REFUSAL.liveSession,
      });
    }
    expect(control.calls().total).toBe(0);
  });

  it('take ids of teams in upper case', async () => {
    const { teamId, token } = await createWorld(guarded, 'owner');
    const answers = await ask(guarded, { teamId: teamId.toUpperCase(), token });
    expect(Object.values(answers)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });
});

describe('a list of a hundred guarded objects', () => {
  let guarded: { readonly test: TestServer; readonly clock: TestClock } & AsyncDisposable;
  beforeAll(async () => {
    guarded = await startGuarded({ MAX_COMPLEXITY: '10000' });
    await ask(guarded, await createWorld(guarded, 'owner')); // From here on the server has the keys.
  });
  beforeEach(() => guarded.clock.advance(61_000));
  afterAll(() => guarded[Symbol.asyncDispose]());

  const QUERY = `query ($teamIds: [ID!]!, $id: String!) {
    items(teamIds: $teamIds, id: $id) { ${SCOPES.join(' ')} }
  }`;

  /** A hundred teams; the caller is in every second one, with a permission in every fourth one. */
  async function createTeams() {
    const { control } = guarded.test.emulator;
    const world = await createWorld(guarded, 'owner');
    const { userId, id } = world;
    const teamIds = Array.from({ length: 100 }, (_, index) => {
      const team = control.createTeam({ displayName: `Team ${index}` });
      if (index % 2 === 0) control.addMember({ teamId: team.id, userId });
      if (index % 4 === 0) control.grantPermission({ userId, teamId: team.id, permissionId: id });
      return team.id;
    });
    control.resetCalls();
    return { ...world, teamIds };
  }

  async function askItems({ token, teamIds, id }: Awaited<ReturnType<typeof createTeams>>) {
    const { body } = await guarded.test.ask(QUERY, { token: token ?? '', variables: { teamIds, id } });
    return body.data.items;
  }

  it('costs one call for each scope, whatever the scopes answer', async () => {
    const teams = await createTeams();
    const items = await askItems(teams);
    expect(items).toHaveLength(100);
    for (const [index, item] of items.entries())
      expect(item).toEqual({
        teamMember: index % 2 === 0 || null,
        teamPermission: index % 4 === 0 || null,
        projectPermission: null,
        liveSession: true,
      });
    expect(guarded.test.emulator.control.calls()).toMatchObject({
      teams: 1,
      'team-permissions': 1,
      'project-permissions': 1,
      sessions: 1,
      total: 4,
    });
  });

  it('costs one more for each scope that would refuse by an older copy, and none for a younger one', async () => {
    const { control } = guarded.test.emulator;
    const teams = await createTeams();
    const items = await askItems(teams);
    control.resetCalls();
    expect(await askItems(teams)).toEqual(items);
    expect(control.calls()).toMatchObject({ sessions: 1, total: 1 });
    guarded.clock.advance(5_001);
    expect(await askItems(teams)).toEqual(items);
    expect(control.calls()).toMatchObject({
      teams: 1,
      'team-permissions': 1,
      'project-permissions': 1,
      sessions: 2,
    });
  });

  it('asks once while all wait, and every field has the error where that fails', async () => {
    const { control } = guarded.test.emulator;
    const teams = await createTeams();
    for (const scope of SCOPES) control.fail(ENDPOINT[scope], { kind: 'status', status: 500 });
    const { token = '', teamIds, id } = teams;
    const { body } = await guarded.test.ask(QUERY, { token, variables: { teamIds, id } });
    control.heal();
    expect(body.errors).toHaveLength(400);
    for (const { extensions } of body.errors ?? [])
      expect(extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(control.calls().total).toBe(4);
  });

  it('costs nothing where no guarded field is selected, nor without a token', async () => {
    const { control } = guarded.test.emulator;
    const { token = '', teamIds, id } = await createTeams();
    const query = QUERY.replace(SCOPES.join(' '), 'teamId');
    await guarded.test.ask(query, { token, variables: { teamIds, id } });
    const { body } = await guarded.test.ask(QUERY, { variables: { teamIds, id } });
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' });
    expect(control.calls().total).toBe(0);
  });
});

it('a list that is refused costs one call for each scope where nothing is cached', async () => {
  await using guarded = await startGuarded({ PROFILE_CACHE_TTL: '0' });
  const { control } = guarded.test.emulator;
  const { token = '' } = await createWorld(guarded, 'stranger');
  const teamIds = Array.from({ length: 10 }, () => control.createTeam({ displayName: 'Team' }).id);
  const query = `query ($teamIds: [ID!]!) { items(teamIds: $teamIds, id: "x") { teamMember teamPermission } }`;
  const { body } = await guarded.test.ask(query, { token, variables: { teamIds } });
  expect(body.errors).toHaveLength(20);
  expect(control.calls()).toMatchObject({ teams: 1, 'team-permissions': 1 });
});

describe('the names of these scopes', () => {
  it.each(SCOPES)('cannot be those of an app: %s', async (name) => {
    const { createSchema } = await import('#server');
    const scopes: object = { [name]: { message: 'Mine', check: () => true } };
    expect(() => createSchema({ scopes })).toThrow(`cannot be named ${name}`);
  });
});
