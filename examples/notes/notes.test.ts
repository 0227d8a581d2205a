import { describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../test/support/test-server.ts';
import { app } from './app.ts';
import type { NoteStore } from './sources/note-store.ts';
import type { AppTypes } from './types.ts';

const ADD = 'mutation ($text: String!) { addNote(text: $text) { id text } }';
const ONE = 'query ($id: ID!) { note(id: $id) { text } }';
const ADDED = 'subscription { noteAdded { text } }';
const DELETE = 'mutation ($id: ID!) { deleteNote(id: $id) }';
const PAGE =
  'query ($first: Int, $after: String) { notes(first: $first, after: $after) { edges { node { text } } pageInfo { hasNextPage endCursor } } }';

describe('notes', () => {
  it('are shown to the user who wrote them, and not in the list of another', async () => {
    await using test = await startTestServer({ app });
    await add(test, 'ada', 'Milk');
    expect(await textsOf(test, 'ada')).toEqual(['Milk']);
    expect(await textsOf(test, 'grace')).toEqual([]);
  });

  it('are refused to another user by their id, for reading and for deleting', async () => {
    await using test = await startTestServer({ app });
    const id = await add(test, 'ada', 'Diary');
    for (const [query, data] of [
      [ONE, { note: null }],
      [DELETE, { deleteNote: null }],
    ] as const) {
      const { body } = await test.ask(query, { token: await tokenOf(test, 'grace'), variables: { id } });
      expect(body.data).toEqual(data);
      expect(body.errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN', reason: 'NOT_OWNER' });
    }
    expect(await textsOf(test, 'ada')).toEqual(['Diary']);
  });

  it('are written by members alone', async () => {
    await using test = await startTestServer({ app });
    const reasonFor = async (token?: string) => {
      const { body } = await test.ask(ADD, { variables: { text: '' }, ...(token && { token }) });
      return body.errors?.[0]?.extensions['reason'];
    };
    expect(await reasonFor(await tokenOf(test, 'guest'))).toBe('ANONYMOUS_USER');
    expect(await reasonFor(await tokenOf(test, 'radia'))).toBe('RESTRICTED_USER');
    expect(await reasonFor()).toBe('MISSING_TOKEN');
  });

  it('come in pages of bounded size', async () => {
    await using test = await startTestServer({ app });
    const token = await tokenOf(test, 'ada');
    for (const text of ['1', '2', '3']) await add(test, 'ada', text);
    const page = async (variables: Readonly<Record<string, unknown>>) =>
      (await test.ask(PAGE, { token, variables })).body;
    const { notes } = (await page({ first: 2 })).data;
    expect(notes.edges).toEqual([{ node: { text: '1' } }, { node: { text: '2' } }]);
    expect(notes.pageInfo.hasNextPage).toBe(true);
    const rest = await page({ first: 2, after: notes.pageInfo.endCursor });
    expect(rest.data.notes.edges).toEqual([{ node: { text: '3' } }]);
    expect(rest.data.notes.pageInfo.hasNextPage).toBe(false);
    for (const first of [0, -1, 51]) {
      expect((await page({ first })).errors?.[0]?.extensions['reason']).toBe('PAGE_SIZE');
    }
  });

  it('count in the complexity of an operation as many as a page may hold', async () => {
    await using test = await startTestServer({ app, env: { MAX_COMPLEXITY: '100' } });
    const token = await tokenOf(test, 'ada');
    const { body } = await test.ask(PAGE, { token, variables: { first: 50 } });
    expect(body.errors?.[0]?.extensions['reason']).toBe('MAX_COMPLEXITY');
  });

  it('are read from the store once, however many fields ask', async () => {
    await using test = await startTestServer({ app });
    const [one, two] = [await add(test, 'ada', '1'), await add(test, 'ada', '2')];
    const reads = countReads(test.sources.notes);
    const query = `{ a: note(id: "${one}") { id text } b: note(id: "${two}") { text } c: note(id: "no") { text } }`;
    expect((await test.ask(query, { token: await tokenOf(test, 'ada') })).body).toEqual({
      data: { a: { id: one, text: '1' }, b: { text: '2' }, c: null },
    });
    expect(reads).toEqual([[one, two, 'no']]);
  });

  it('are no longer readable in the request that deletes them', async () => {
    await using test = await startTestServer({ app });
    const id = await add(test, 'ada', 'Secret');
    const query = `mutation { deleteNote(id: "${id}") again: deleteNote(id: "${id}") }`;
    const { body } = await test.ask(query, { token: await tokenOf(test, 'ada') });
    expect(body.data).toEqual({ deleteNote: id, again: null });
    expect(body.errors?.[0]?.extensions['reason']).toBe('NOT_OWNER');
  });
});

describe('noteAdded', () => {
  it('sends each note to the user who writes it, and to no other', async () => {
    await using test = await startTestServer({ app });
    const [ada, grace] = await Promise.all([subscribe(test, 'ada'), subscribe(test, 'grace')]);
    await add(test, 'ada', 'Milk');
    await add(test, 'grace', 'Bread');
    expect(await ada.next()).toEqual({ data: { noteAdded: { text: 'Milk' } } });
    expect(await grace.next()).toEqual({ data: { noteAdded: { text: 'Bread' } } });
    for (const stream of [ada, grace]) await stream.close();
  });

  it.each([
    ['no token', undefined, { code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' }],
    ['an anonymous user', 'guest', { code: 'FORBIDDEN', reason: 'ANONYMOUS_USER' }],
  ] as const)('is refused to %s with status 200, as a field is', async (_who, name, extensions) => {
    await using test = await startTestServer({ app });
    const token = name && (await tokenOf(test, name));
    const { status, body } = await test.ask(ADDED, { ...(token && { token }) });
    expect({ status, data: body.data, refused: body.errors?.[0]?.extensions }).toEqual({
      status: 200,
      data: null,
      refused: extensions,
    });
  });
});

type Test = TestServer<AppTypes>;

/** Opens a stream of events. `next` resolves with the next one. */
async function subscribe(test: Test, name: 'ada' | 'grace') {
  const controller = new AbortController();
  const answer = await fetch(`${test.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'x-stack-access-token': await tokenOf(test, name),
    },
    body: JSON.stringify({ query: ADDED }),
    signal: controller.signal,
  });
  const chunks = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let received = '';
  return {
    async next(): Promise<unknown> {
      for (;;) {
        const [event, data] = /^data: (.+)\n/m.exec(received) ?? [];
        if (event !== undefined && data !== undefined) {
          received = received.slice(received.indexOf(event) + event.length);
          return JSON.parse(data);
        }
        const chunk = await chunks?.read();
        if (!chunk || chunk.done) throw new Error('The stream has ended');
        received += chunk.value;
      }
    },
    async close() {
      controller.abort();
      await chunks?.closed.catch(() => {});
    },
  };
}

function tokenOf({ emulator }: Test, name: 'ada' | 'grace' | 'guest' | 'radia'): Promise<string> {
  return emulator.control.mintToken({ userId: emulator.people[name].id });
}

async function add(test: Test, name: 'ada' | 'grace', text: string): Promise<string> {
  const { body } = await test.ask(ADD, { token: await tokenOf(test, name), variables: { text } });
  return body.data.addNote.id;
}

async function textsOf(test: Test, name: 'ada' | 'grace'): Promise<readonly string[]> {
  const { body } = await test.ask(PAGE, { token: await tokenOf(test, name) });
  return body.data.notes.edges.map(({ node }: { readonly node: { readonly text: string } }) => node.text);
}

/** Records the ids that the store is asked for. */
function countReads(store: NoteStore): (readonly string[])[] {
  const reads: (readonly string[])[] = [];
  const { byIds } = store;
  store.byIds = (ids) => {
    reads.push(ids);
    return byIds(ids);
  };
  return reads;
}
