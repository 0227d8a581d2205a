import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openEventStream } from '../../test/support/event-stream.ts';
import { SECRET, signedWebhook } from '../../test/support/signed-webhook.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestServer, type TestServer } from '../../test/support/test-server.ts';
import { app } from './app.ts';
import { openSources } from './sources/sources.ts';
import type { AppTypes } from './types.ts';

type Name = 'ada' | 'grace' | 'linus' | 'guest' | 'radia';

const ADD = 'mutation ($text: String!, $teamId: ID) { addNote(text: $text, teamId: $teamId) { id text } }';
const ONE = 'query ($id: ID!) { note(id: $id) { text } }';
const DELETE = 'mutation ($id: ID!) { deleteNote(id: $id) }';
const PAGE =
  'query ($first: Int, $after: String, $last: Int, $before: String) { notes(first: $first, after: $after, last: $last, before: $before) { edges { cursor node { id text } } pageInfo { hasNextPage endCursor hasPreviousPage startCursor } } }';
const TEAM =
  'query ($teamId: ID!, $first: Int) { teamNotes(teamId: $teamId, first: $first) { edges { node { text author { displayName } } } } }';

/** The statements that the database was sent. */
const statements: string[] = [];
let database: TestDatabase;
let test: TestServer<AppTypes>;

// One for all tests: a database takes longer to create than all of them.
beforeAll(async () => {
  database = await createTestDatabase();
  test = await startTestServer<AppTypes>({
    app: {
      ...app,
      sources: (deps) => openSources(deps, { logQuery: (statement) => statements.push(statement) }),
    },
    env: { STACK_WEBHOOK_SECRET: SECRET, ...database.env },
  });
}, 60_000);
afterAll(async () => {
  await test[Symbol.asyncDispose]();
  database[Symbol.dispose]();
});
beforeEach(async () => {
  await execute('delete from notes');
  statements.length = 0;
});

describe('notes', () => {
  it('are shown to the user who wrote them, and not in the list of another', async () => {
    await add('ada', 'Milk');
    expect(await textsOf('ada')).toEqual(['Milk']);
    expect(await textsOf('grace')).toEqual([]);
  });

  it('do not exist for another user who knows their id, and cannot be deleted', async () => {
    const id = await add('ada', 'Diary');
    expect(await ask('grace', ONE, { id })).toEqual({ data: { note: null }, reasons: [] });
    expect(await ask('grace', DELETE, { id })).toEqual({
      data: { deleteNote: null },
      reasons: ['NOT_OWNER'],
    });
    expect(await textsOf('ada')).toEqual(['Diary']);
  });

  it('of another user are neither read nor deleted by the query itself, whatever a scope says', async () => {
    const id = await add('ada', 'Diary');
    const { notes } = test.sources;
    const readerId = test.emulator.people.grace.id;
    const adaId = test.emulator.people.ada.id;
    const { signal } = new AbortController();
    const keys = [
      { id, readerId },
      { id: id.toUpperCase(), readerId: adaId },
    ];
    expect(await notes.byKeys(keys, signal)).toEqual([undefined, expect.objectContaining({ id })]);
    expect(await notes.delete({ id, ownerId: readerId }, signal)).toBe(false);
    expect(await textsOf('ada')).toEqual(['Diary']);
  });

  it('are written by members alone', async () => {
    for (const [name, reason] of [
      ['guest', 'ANONYMOUS_USER'],
      ['radia', 'RESTRICTED_USER'],
      [undefined, 'MISSING_TOKEN'],
    ] as const) {
      expect((await ask(name, ADD, { text: 'x' })).reasons).toEqual([reason]);
    }
  });

  it.each([
    ['no text', ' '],
    ['a text that is too long', 'a'.repeat(10_001)],
    ['a NUL character', 'a\0'],
  ])('with %s are refused before the database is asked', async (_what, text) => {
    expect((await ask('ada', ADD, { text })).reasons).toEqual(['NOTE_TEXT']);
    expect(statements).toEqual([]);
  });

  it('with an id that is no UUID do not exist', async () => {
    expect(await ask('ada', ONE, { id: "1' or true --" })).toEqual({ data: { note: null }, reasons: [] });
    expect((await ask('ada', DELETE, { id: 'x' })).reasons).toEqual(['NOT_OWNER']);
  });

  it('are read in one statement, however many fields ask', async () => {
    const [one, two] = [await add('ada', '1'), await add('ada', '2')];
    statements.length = 0;
    const query = `{ a: note(id: "${one}") { id text } b: note(id: "${two}") { text } c: note(id: "no") { text } }`;
    expect((await ask('ada', query)).data).toEqual({ a: { id: one, text: '1' }, b: { text: '2' }, c: null });
    expect(statements).toHaveLength(1);
  });

  it('of a list are read in one statement, with the scopes of all of them', async () => {
    for (const text of ['1', '2', '3']) await add('ada', text);
    statements.length = 0;
    expect(await textsOf('ada')).toEqual(['1', '2', '3']);
    expect(statements).toHaveLength(1);
  });

  it('are no longer readable in the request that deletes them', async () => {
    const id = await add('ada', 'Secret');
    const { data, reasons } = await ask(
      'ada',
      `mutation { deleteNote(id: "${id}") again: deleteNote(id: "${id}") }`,
    );
    expect(data).toEqual({ deleteNote: id, again: null });
    expect(reasons).toEqual(['NOT_OWNER']);
  });
});

describe('pages of notes', () => {
  it('show every note once, in the same order, also where all were written at the same time', async () => {
    const texts = ['1', '2', '3', '4', '5'];
    for (const text of texts) await add('ada', text);
    await execute("update notes set created_at = '2026-01-01T00:00:00.123Z'");
    const seen = await walk({ first: 2 });
    expect(seen.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(seen.flat().sort()).toEqual(texts);
  });

  it('show every note once where the times differ by less than a cursor tells', async () => {
    for (const text of ['1', '2', '3']) await add('ada', text);
    await execute(
      "update notes set created_at = timestamptz '2026-01-01T00:00:00.123Z' + text::int * interval '100 microseconds'",
    );
    expect((await walk({ first: 1 })).flat().sort()).toEqual(['1', '2', '3']);
  });

  it('go on after the last note, also where it has been deleted', async () => {
    for (const text of ['1', '2', '3']) await add('ada', text);
    const { edges, pageInfo } = (await ask('ada', PAGE, { first: 2 })).data.notes;
    await ask('ada', DELETE, { id: edges[1].node.id });
    const rest = (await ask('ada', PAGE, { first: 2, after: pageInfo.endCursor })).data.notes;
    expect(textsIn(rest)).toEqual(['3']);
    expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  it('begin at the end as well, and show every note once on the way back', async () => {
    for (const text of ['1', '2', '3', '4', '5']) await add('ada', text);
    const pages: string[][] = [];
    let before: string | undefined;
    do {
      const page = (await ask('ada', PAGE, { last: 2, before })).data.notes;
      expect(page.pageInfo.startCursor).toBe(page.edges[0].cursor);
      expect(page.pageInfo.endCursor).toBe(page.edges.at(-1).cursor);
      expect(page.pageInfo.hasNextPage).toBe(before !== undefined);
      pages.unshift(textsIn(page));
      before = page.pageInfo.hasPreviousPage ? page.pageInfo.startCursor : undefined;
    } while (before);
    expect(pages).toEqual([['1'], ['2', '3'], ['4', '5']]);
  });

  it.each([
    ['the first between two cursors', { first: 2 }, ['2', '3'], { hasPreviousPage: true, hasNextPage: true }],
    ['the last between two cursors', { last: 2 }, ['3', '4'], { hasPreviousPage: true, hasNextPage: true }],
    ['all between two cursors', {}, ['2', '3', '4'], { hasPreviousPage: true, hasNextPage: false }],
    [
      'all between, from the end',
      { last: 3 },
      ['2', '3', '4'],
      { hasPreviousPage: false, hasNextPage: true },
    ],
  ])('show %s', async (_which, args, texts, pageInfo) => {
    for (const text of ['1', '2', '3', '4', '5']) await add('ada', text);
    const { edges } = (await ask('ada', PAGE)).data.notes;
    const page = (await ask('ada', PAGE, { ...args, after: edges[0].cursor, before: edges[4].cursor })).data
      .notes;
    expect(textsIn(page)).toEqual(texts);
    expect(page.pageInfo).toMatchObject(pageInfo);
  });

  it('have no cursors where they are empty', async () => {
    expect((await ask('ada', PAGE, { last: 3 })).data.notes).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, endCursor: null, hasPreviousPage: false, startCursor: null },
    });
  });

  it('have a bounded size, and a cursor of ours', async () => {
    for (const size of [0, -1, 41])
      for (const args of [{ first: size }, { last: size }, { first: 1, last: size }])
        expect((await ask('ada', PAGE, args)).reasons).toEqual(['PAGE_SIZE']);
    expect((await ask('ada', PAGE, { first: 1, last: 1 })).reasons).toEqual(['PAGE_SIZE']);
    const id = '00000000-0000-4000-8000-000000000000';
    for (const place of [
      "2026-01-01T00:00:00.000Z ') --",
      `2026-01-01T00:00:00.000Z ${'-'.repeat(36)}`,
      `2026-01-01T00:00:00.000Z ${'a'.repeat(36)}`,
      `2026-01-01T00:00:00.000Z ${id.replaceAll('-', '0')}`,
      `0000-01-01T00:00:00.000Z ${id}`,
      `0000-12-31T23:59:59.999Z ${id}`,
      `2026-13-01T00:00:00.000Z ${id}`,
    ])
      for (const cursor of [place, Buffer.from(place).toString('base64url')])
        for (const args of [{ after: cursor }, { before: cursor }])
          expect((await ask('ada', PAGE, args)).reasons).toEqual(['CURSOR']);
    for (const year of ['0001', '9999']) {
      const after = Buffer.from(`${year}-12-31T23:59:59.999Z ${id}`).toString('base64url');
      expect((await ask('ada', PAGE, { after })).reasons).toEqual([]);
    }
  });

  it('show notes of the caller alone, with whatever cursor', async () => {
    await add('ada', 'Diary');
    const { endCursor } = (await ask('ada', PAGE)).data.notes.pageInfo;
    await add('grace', 'Hers');
    await add('ada', 'Later');
    expect(textsIn((await ask('grace', PAGE, { after: endCursor })).data.notes)).toEqual(['Hers']);
    expect(textsIn((await ask('grace', PAGE, { last: 3, before: endCursor })).data.notes)).toEqual([]);
  });

  it('count in the complexity of an operation as many as a page may hold', async () => {
    for (const from of ['first', 'last']) {
      const lists = Array.from(
        { length: 9 },
        (_, n) => `n${n}: notes(${from}: 40) { edges { node { id text } } }`,
      );
      expect((await ask('ada', `{ ${lists.join(' ')} }`)).reasons).toEqual(['MAX_COMPLEXITY']);
    }
  });
});

describe('notes of a team', () => {
  it('are for those of its members who may see the others, with their authors', async () => {
    const teamId = test.emulator.teams.navy.id;
    for (const name of ['ada', 'grace'] as const) await add(name, `By ${name}`, teamId);
    const edges = [
      { node: { text: 'By ada', author: { displayName: 'Ada Lovelace' } } },
      { node: { text: 'By grace', author: { displayName: 'Grace Hopper' } } },
    ];
    statements.length = 0;
    expect(await ask('linus', TEAM, { teamId })).toEqual({ data: { teamNotes: { edges } }, reasons: [] });
    expect(statements).toHaveLength(1);
    expect(await textsOf('ada')).toEqual([]);
  });

  it('are refused to others, in the list, by their id, and for writing', async () => {
    const teamId = test.emulator.teams.navy.id;
    const id = await add('ada', 'Ours', teamId);
    const refused = ['TEAM_PERMISSION_REQUIRED'];
    expect(await ask('guest', TEAM, { teamId })).toEqual({ data: { teamNotes: null }, reasons: refused });
    expect(await ask('guest', ONE, { id })).toEqual({ data: { note: null }, reasons: refused });
    const { id: others } = test.emulator.control.createTeam({ displayName: 'Others' });
    expect((await ask('ada', ADD, { text: 'x', teamId: others })).reasons).toEqual(refused);
    expect((await ask('linus', DELETE, { id })).reasons).toEqual(['NOT_OWNER']);
    expect(await execute('select text from notes')).toEqual([{ text: 'Ours' }]);
  });

  it('are no longer for a user who has left, not even those that the user wrote', async () => {
    const { control, people } = test.emulator;
    const { id: teamId } = control.createTeam({ displayName: 'Crew' });
    control.addMember({ teamId, userId: people.linus.id });
    const id = await add('linus', 'Log', teamId);
    control.removeMember({ teamId, userId: people.linus.id });
    await webhook('team_membership.deleted', { team_id: teamId, user_id: people.linus.id });
    expect((await ask('linus', ONE, { id })).reasons).toEqual(['TEAM_PERMISSION_REQUIRED']);
  });

  it('cost one call for each author of a page', async () => {
    const teamId = test.emulator.teams.navy.id;
    for (let n = 0; n < 40; n += 1) {
      const { id } = test.emulator.control.createUser({ displayName: `User ${n}` });
      await execute(`insert into notes (owner_id, team_id, text) values ('${id}', '${teamId}', 'x')`);
    }
    const { data, reasons } = await ask('ada', TEAM, { teamId, first: 40 });
    expect(reasons).toEqual([]);
    expect(data.teamNotes.edges).toHaveLength(40);
  });
});

describe('a webhook', () => {
  it('removes the notes of a deleted user, and does no harm when it comes again', async () => {
    const { id } = test.emulator.people.ada;
    await add('ada', 'Diary');
    await add('ada', 'Ours', test.emulator.teams.navy.id);
    await add('grace', 'Hers');
    for (const _attempt of [1, 2]) expect(await webhook('user.deleted', { id, teams: [] })).toBe(204);
    expect(await execute('select text from notes')).toEqual([{ text: 'Hers' }]);
  });

  it('removes the notes of a deleted team', async () => {
    const { navy, engines } = test.emulator.teams;
    await add('ada', 'Ours', navy.id);
    await add('ada', 'Theirs', engines.id);
    expect(await webhook('team.deleted', { id: navy.id })).toBe(204);
    expect(await execute('select text from notes')).toEqual([{ text: 'Theirs' }]);
  });
});

describe('noteAdded', () => {
  const ADDED = 'subscription { noteAdded { text } }';

  it('sends each note to the user who writes it, and to no other', async () => {
    const [ada, grace] = await Promise.all([subscribe('ada'), subscribe('grace')]);
    await add('ada', 'Milk');
    await add('grace', 'Bread');
    expect(await ada.next()).toEqual({ data: { noteAdded: { text: 'Milk' } } });
    expect(await grace.next()).toEqual({ data: { noteAdded: { text: 'Bread' } } });
    for (const stream of [ada, grace]) await stream.close();
  });

  it('sends what another program adds', async () => {
    const stream = await subscribe('ada');
    await execute(`insert into notes (owner_id, text) values ('${test.emulator.people.ada.id}', 'By hand')`);
    expect(await stream.next()).toEqual({ data: { noteAdded: { text: 'By hand' } } });
    await stream.close();
  });

  it('goes on after a notification that is of no note', async () => {
    const stream = await subscribe('ada');
    for (const payload of ['', '{', '{"id":"x"}']) await execute(`notify note_added, '${payload}'`);
    await add('ada', 'Milk');
    expect(await stream.next()).toEqual({ data: { noteAdded: { text: 'Milk' } } });
    await stream.close();
  });

  it('ends where its client reads too slowly to get every note', async () => {
    const { added } = test.sources;
    const { id } = test.emulator.people.ada;
    const events = added.of(id, new AbortController().signal)[Symbol.asyncIterator]();
    const first = events.next();
    await execute(`insert into notes (owner_id, text) select '${id}', 'x' from generate_series(1, 1100)`);
    await first;
    const rest = async () => {
      for (;;) if ((await events.next()).done) return;
    };
    await expect(rest()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('is refused with status 200, as a field is', async () => {
    expect(await ask(undefined, ADDED)).toEqual({ data: null, reasons: ['MISSING_TOKEN'] });
    expect(await ask('guest', ADDED)).toEqual({ data: null, reasons: ['ANONYMOUS_USER'] });
  });

  async function subscribe(name: Name) {
    return openEventStream({ url: test.url, token: await tokenOf(name), query: ADDED });
  }
});

function tokenOf(name: Name): Promise<string> {
  return test.emulator.control.mintToken({ userId: test.emulator.people[name].id });
}

async function ask(name: Name | undefined, query: string, variables = {}) {
  const token = name && (await tokenOf(name));
  const { body } = await test.ask(query, { ...(token && { token }), variables });
  return { data: body.data, reasons: (body.errors ?? []).map(({ extensions }) => extensions['reason']) };
}

async function add(name: Name, text: string, teamId?: string): Promise<string> {
  const { data } = await ask(name, ADD, { text, teamId });
  return data.addNote.id;
}

async function textsOf(name: Name): Promise<readonly string[]> {
  return textsIn((await ask(name, PAGE)).data.notes);
}

/** The texts of all pages, from the first to the last. */
async function walk({ first }: { readonly first: number }): Promise<readonly (readonly string[])[]> {
  const pages: (readonly string[])[] = [];
  for (let after: string | undefined, hasNext = true; hasNext; ) {
    const { notes } = (await ask('ada', PAGE, { first, after })).data;
    pages.push(textsIn(notes));
    after = notes.pageInfo.endCursor;
    hasNext = notes.pageInfo.hasNextPage && pages.length < 10;
  }
  return pages;
}

function textsIn({ edges }: { readonly edges: readonly { readonly node: { readonly text: string } }[] }) {
  return edges.map(({ node }) => node.text);
}

async function execute(statement: string): Promise<readonly unknown[]> {
  const { signal } = new AbortController();
  const result = await test.sources.database.run(signal, (queries) => queries.execute(sql.raw(statement)));
  return (result as { readonly rows: readonly unknown[] }).rows;
}

async function webhook(type: string, data: object): Promise<number> {
  return (await test.fetch('/webhooks', signedWebhook({ type, data }))).status;
}
