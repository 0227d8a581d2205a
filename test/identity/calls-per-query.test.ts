import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.ts';

/** The rows of the table in docs/graph.md. */
const ROWS = [
  ...readFileSync(new URL('../../docs/graph.md', import.meta.url), 'utf8').matchAll(
    /^\| `(\{.+\})`.* \| (\d+) \|$/gm,
  ),
].map(([, query = '', calls]) => [query, Number(calls)] as const);

describe('the calls that a query makes', () => {
  let test: TestServer;
  let token: string;
  beforeAll(async () => {
    // Nothing is kept, so that what each query costs is seen.
    test = await startTestServer({ env: { PROFILE_CACHE_TTL: '0' } });
    const { control, people, teams } = test.emulator;
    // Grace is in two teams; here with all permissions in both.
    control.grantPermission({
      userId: people.grace.id,
      teamId: teams.engines.id,
      permissionId: 'team_admin',
    });
    token = await control.mintToken({ userId: people.grace.id });
    await test.ask('{ session { id } }', { token }); // From here on the server has the keys.
  });
  afterAll(() => test[Symbol.asyncDispose]());

  it('are told by the docs', () => {
    expect(ROWS.length).toBeGreaterThan(20);
  });

  it.each(ROWS)('%s', async (query, calls) => {
    const { control, teams } = test.emulator;
    control.resetCalls();
    const { body, headers } = await test.ask(query.replace('TEAM', teams.navy.id), { token });
    if (!query.includes('no-uuid')) expect(body.errors).toBeUndefined();
    expect(control.calls().total).toBe(calls);
    expect(
      test.logged.map((line) => JSON.parse(line)).findLast(({ msg }) => msg === 'Request'),
    ).toMatchObject({
      requestId: headers.get('x-request-id'),
      ...(calls > 0 && { upstreamCalls: calls }),
    });
  });

  it('are two for the permissions in any number of teams', async () => {
    const { control } = test.emulator;
    const user = control.createUser();
    for (let index = 0; index < 40; index += 1)
      control.createTeam({ displayName: `Team ${index}`, creatorId: user.id });
    control.resetCalls();
    const own = await control.mintToken({ userId: user.id });
    const { body } = await test.ask('{ me { teams { displayName permissions } } }', { token: own });
    expect(body.data.me.teams).toHaveLength(40);
    for (const team of body.data.me.teams) expect(team.permissions).toContain('$update_team');
    expect(control.calls()).toMatchObject({ teams: 1, 'team-permissions': 1, total: 2 });
  });
});
