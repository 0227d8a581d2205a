import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../../src/server/graphiql/examples.ts';
import { readStream, userOf } from '../../support/live-user.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

describe('the examples', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer({ env: { GRAPHIQL: 'true', PROFILE_CACHE_TTL: '0' } });
  });
  afterAll(() => test[Symbol.asyncDispose]());

  /** Runs an example as a user, with its own variables, or with others. */
  async function run(name: string, { userId = test.emulator.people.ada.id, variables = {} } = {}) {
    const example = EXAMPLES.find(({ query }) => new RegExp(`(query|mutation) ${name}\\b`).test(query));
    const { accessToken } = await test.emulator.control.signIn(userId);
    test.emulator.control.resetCalls();
    const { body } = await test.ask(String(example?.query), {
      token: accessToken,
      variables: { ...(example?.variables && JSON.parse(example.variables)), ...variables },
    });
    const { total, jwks } = test.emulator.control.calls();
    return { body, cost: total - jwks };
  }

  it.each([
    ['WhoAmI', 0, undefined],
    ['Session', 0, undefined],
    ['Profile', 1, undefined],
    ['StillOneCall', 1, undefined],
    ['OnDemand', 0, undefined],
    ['Teams', 2, undefined],
    ['Account', 3, undefined],
    // Their ids are to be filled in.
    ['Team', 0, 'NOT_A_TEAM_MEMBER'],
    ['Invite', 0, 'NOT_A_TEAM_MEMBER'],
    ['Accept', 1, 'CODE_INVALID'],
    ['RevokeSession', 0, 'NOT_FOUND'],
    ['CreateTeam', 2, undefined],
    ['SignOut', 1, undefined],
    ['Mistake', 0, 'GRAPHQL_VALIDATION_FAILED'],
  ])('cost the number of calls that they announce: %s', async (name, cost, problem) => {
    const result = await run(name);
    expect(result.cost).toBe(cost);
    const { errors = [], data } = result.body;
    const [payload] = Object.values(data ?? {}) as { readonly errors?: readonly { code: string }[] }[];
    const problems = [
      ...errors.map(({ extensions }) => extensions['reason'] ?? extensions['code']),
      ...(payload?.errors ?? []).map(({ code }) => code),
    ];
    expect(problems).toEqual(problem === undefined ? [] : [problem]);
  });

  it('lead from a new team to its second member, and end a session', async () => {
    const { people, control } = test.emulator;
    const created = await run('CreateTeam');
    const { id } = (created.body.data as { readonly createTeam: { readonly team: { readonly id: string } } })
      .createTeam.team;
    const input = { teamId: id, email: 'grace@example.test', callbackUrl: 'http://localhost:3000/join' };
    expect((await run('Invite', { variables: { input } })).body).toMatchObject({
      data: { inviteToTeam: { sent: true, errors: [] } },
    });
    const code = control.emails().at(-1)?.code;
    const asGrace = { userId: people.grace.id, variables: { input: { code } } };
    expect((await run('Accept', asGrace)).body).toMatchObject({
      data: { acceptTeamInvitation: { accepted: true } },
    });
    const members = [{ userId: people.ada.id }, { userId: people.grace.id }];
    expect((await run('Team', { variables: { id } })).body).toMatchObject({ data: { team: { members } } });
    const { sessionId } = await control.signIn(people.ada.id);
    expect((await run('RevokeSession', { variables: { id: sessionId } })).body).toMatchObject({
      data: { revokeSession: { revokedSessionId: sessionId } },
    });
  });

  it('are all tested here, and each has an explanation', () => {
    expect(EXAMPLES).toHaveLength(15);
    for (const { query } of EXAMPLES) expect(query).toMatch(/^# [A-Z]/);
  });

  it('follow the user', async () => {
    const { people, control } = test.emulator;
    const example = EXAMPLES.find(({ query }) => query.includes('subscription Live'));
    const { accessToken } = await control.signIn(people.ada.id);
    const stream = readStream(
      await fetch(`${test.url}/graphql`, {
        method: 'POST',
        headers: {
          accept: 'text/event-stream',
          'content-type': 'application/json',
          'x-stack-access-token': accessToken,
        },
        body: JSON.stringify({ query: example?.query }),
      }),
    );
    expect(userOf(await stream.next())).toMatchObject({
      displayName: 'Ada Lovelace',
      teams: expect.arrayContaining([{ displayName: 'Navy' }]),
    });
    await stream.close();
  });

  it('cost a call when the variable includes the field', async () => {
    expect((await run('OnDemand', { variables: { withEmail: true } })).cost).toBe(1);
  });
});
