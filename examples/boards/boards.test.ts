import { describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../test/support/test-server.ts';
import { app } from './app.ts';
import type { AppTypes } from './types.ts';

type Test = TestServer<AppTypes>;

const BOARDS = 'query ($team: ID!) { boards(teamId: $team) { title budget author { displayName } } }';
const DELETE = 'mutation ($team: ID!) { deleteBoards(teamId: $team) }';

describe('boards', () => {
  it('are those of a team, for its members, with what each of them may see', async () => {
    await using test = await start();
    const board = { title: 'Compiler', budget: 9, author: { displayName: 'Grace Hopper' } };
    expect(await ask(test, BOARDS, 'grace')).toEqual({ data: { boards: [board] }, refused: [] });
    expect(await ask(test, BOARDS, 'ada')).toEqual({
      data: { boards: [{ ...board, budget: null }] },
      refused: ['TEAM_PERMISSION_REQUIRED'],
    });
    for (const stranger of ['radia', 'guest'] as const) {
      expect(await ask(test, BOARDS, stranger)).toEqual({
        data: { boards: null },
        refused: ['NOT_A_TEAM_MEMBER'],
      });
    }
  });

  it('are added by members of the team, who may not see the budget', async () => {
    await using test = await start();
    const add =
      'mutation ($team: ID!) { addBoard(teamId: $team, title: "Engine", budget: 5) { budget author { displayName } } }';
    expect(await ask(test, add, 'ada')).toEqual({
      data: { addBoard: { budget: null, author: { displayName: 'Ada Lovelace' } } },
      refused: ['TEAM_PERMISSION_REQUIRED'],
    });
    const stranger = { data: { addBoard: null } };
    expect(await ask(test, add, 'radia')).toEqual({ ...stranger, refused: ['RESTRICTED_USER'] });
    expect(await ask(test, add, 'guest')).toEqual({ ...stranger, refused: ['ANONYMOUS_USER'] });
    const outside = test.emulator.control.createTeam({ displayName: 'Others' });
    const { body } = await test.ask(add, {
      token: await test.emulator.control.mintToken({ userId: test.emulator.people.ada.id }),
      variables: { team: outside.id },
    });
    expect(body.errors?.[0]?.extensions['reason']).toBe('NOT_A_TEAM_MEMBER');
    expect((await ask(test, BOARDS, 'grace')).data.boards).toHaveLength(2);
  });

  it('are changed with an input, and answer what the user can mend as data', async () => {
    await using test = await start();
    const { teams } = test.emulator;
    const [board] = await test.sources.boards.ofTeam(teams.navy.id);
    const update = async (name: 'ada' | 'radia', input: object) => {
      const token = await test.emulator.control.mintToken({ userId: test.emulator.people[name].id });
      const query =
        'mutation ($input: UpdateBoardInput!) { updateBoard(input: $input) { board { title } errors { code field } } }';
      const variables = {
        input: { teamId: teams.navy.id, id: board?.id, title: 'Nautical', budget: 4, ...input },
      };
      return (await test.ask(query, { token, variables })).body;
    };
    expect((await update('ada', { title: ' ', budget: -1 })).data.updateBoard).toEqual({
      board: null,
      errors: [
        { code: 'INVALID_INPUT', field: ['title'] },
        { code: 'INVALID_INPUT', field: ['budget'] },
      ],
    });
    const notFound = { board: null, errors: [{ code: 'NOT_FOUND', field: null }] };
    expect((await update('ada', { teamId: teams.engines.id })).data.updateBoard).toEqual(notFound);
    expect((await update('radia', {})).errors?.[0]?.extensions['reason']).toBe('RESTRICTED_USER');
    const { id: outside } = test.emulator.control.createTeam({ displayName: 'Others' });
    const refused = await update('ada', { teamId: outside });
    expect(refused.errors?.[0]?.extensions['reason']).toBe('NOT_A_TEAM_MEMBER');
    expect(await test.sources.boards.ofTeam(teams.navy.id)).toEqual([board]);
    expect((await update('ada', {})).data.updateBoard).toEqual({ board: { title: 'Nautical' }, errors: [] });
  });

  it('of all teams are for staff', async () => {
    await using test = await start();
    const all = '{ allBoards { title } }';
    expect((await ask(test, all, 'ada')).data).toEqual({ allBoards: [{ title: 'Compiler' }] });
    expect((await ask(test, all, 'grace')).refused).toEqual(['PROJECT_PERMISSION_REQUIRED']);
  });

  it('have an author, who may have been deleted', async () => {
    await using test = await start();
    test.emulator.control.deleteUser(test.emulator.people.grace.id);
    const { data } = await ask(test, BOARDS, 'ada');
    expect(data.boards[0]).toMatchObject({ title: 'Compiler', author: null });
  });

  it('are deleted in a session that has not ended', async () => {
    await using test = await start();
    const { control, people, teams } = test.emulator;
    const { accessToken: token, sessionId } = await control.signIn(people.grace.id);
    const variables = { team: teams.navy.id };
    control.endSession(sessionId);
    const { body } = await test.ask(DELETE, { token, variables });
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN', reason: 'NO_LIVE_SESSION' });
    const { accessToken } = await control.signIn(people.grace.id);
    expect((await test.ask(DELETE, { token: accessToken, variables })).body.data).toEqual({
      deleteBoards: 1,
    });
  });

  it.each([
    ['signing out', 'signOut { signedOut }', 'NO_LIVE_SESSION'],
    ['leaving the team', 'leaveTeam(input: { id: $team }) { leftTeamId }', 'TEAM_PERMISSION_REQUIRED'],
  ])('are not deleted after %s in the same document', async (_what, mutation, reason) => {
    await using test = await start();
    const { control, people, teams } = test.emulator;
    const { accessToken: token } = await control.signIn(people.grace.id);
    const variables = { team: teams.navy.id };
    const twice = `mutation ($team: ID!) { before: deleteBoards(teamId: $team) ${mutation} after: deleteBoards(teamId: $team) }`;
    const { body } = await test.ask(twice, { token, variables });
    expect(body.data).toMatchObject({ before: 1, after: null });
    expect(body.errors?.map(({ extensions }) => extensions['reason'])).toEqual([reason]);
  });
});

describe('the step of the boards', () => {
  it('refuses old versions of the app, and tells every client the oldest one', async () => {
    await using test = await start();
    const send = (version?: string) =>
      test.fetch('/graphql?query={__typename}', {
        headers: version === undefined ? {} : { 'x-app-version': version },
      });
    for (const version of [undefined, '3', '10']) {
      const answer = await send(version);
      expect([answer.status, answer.headers.get('x-oldest-app-version')]).toEqual([200, '3']);
    }
    for (const version of ['2', 'x', '']) {
      const answer = await send(version);
      expect([answer.status, answer.headers.get('x-oldest-app-version')]).toEqual([400, '3']);
      expect((await answer.json()).errors[0].extensions.reason).toBe('APP_TOO_OLD');
    }
  });
});

/** A server with a board of Navy. Grace, who made it, may see budgets there. */
async function start(): Promise<Test> {
  const test = await startTestServer({ app });
  const { control, people, teams } = test.emulator;
  control.definePermission({ id: 'see_budget', scope: 'team' });
  control.grantPermission({ userId: people.grace.id, teamId: teams.navy.id, permissionId: 'see_budget' });
  const { id: authorId } = people.grace;
  await test.sources.boards.add({ teamId: teams.navy.id, authorId, title: 'Compiler', budget: 9 });
  return test;
}

async function ask(test: Test, query: string, name: 'ada' | 'grace' | 'radia' | 'guest') {
  const { control, people, teams } = test.emulator;
  const token = await control.mintToken({ userId: people[name].id });
  const { body } = await test.ask(query, { token, variables: { team: teams.navy.id } });
  return { data: body.data, refused: (body.errors ?? []).map(({ extensions }) => extensions['reason']) };
}
