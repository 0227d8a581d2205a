import { describe, expect, it } from 'vitest';
import type { NoteStore } from '../../src/sources/note-store.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const ADD = 'mutation ($text: String!) { addNote(text: $text) { id text } }';
const ONE = 'query ($id: ID!) { note(id: $id) { text } }';

describe('notes', () => {
  it('are kept for whoever wrote them', async () => {
    await using test = await startTestServer();
    const ada = await tokenOf(test, 'ada');
    const { body } = await test.ask(ADD, { token: ada, variables: { text: 'Milk' } });
    const { id } = body.data.addNote;
    expect((await test.ask('{ notes { id text } }', { token: ada })).body).toEqual({
      data: { notes: [{ id, text: 'Milk' }] },
    });
    expect((await test.ask('{ notes { id } }', { token: await tokenOf(test, 'grace') })).body).toEqual({
      data: { notes: [] },
    });
  });

  it('are shown to nobody else, even by their id', async () => {
    await using test = await startTestServer();
    const variables = { text: 'Diary' };
    const { body } = await test.ask(ADD, { token: await tokenOf(test, 'ada'), variables });
    const { id } = body.data.addNote;
    const asked = await test.ask(ONE, { token: await tokenOf(test, 'grace'), variables: { id } });
    expect(asked.body.data).toEqual({ note: null });
    expect(asked.body.errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN', reason: 'NOT_OWNER' });
  });

  it('are written by members alone', async () => {
    await using test = await startTestServer();
    const refused = async (token?: string) => {
      const { body } = await test.ask(ADD, { variables: { text: '' }, ...(token && { token }) });
      return body.errors?.[0]?.extensions['reason'];
    };
    expect(await refused(await tokenOf(test, 'guest'))).toBe('ANONYMOUS_USER');
    expect(await refused(await tokenOf(test, 'radia'))).toBe('RESTRICTED_USER');
    expect(await refused()).toBe('MISSING_TOKEN');
  });

  it('are read all at once, however many fields ask', async () => {
    await using test = await startTestServer();
    const { notes } = test.services.sources;
    const { id: ownerId } = test.emulator.people.ada;
    const [one, two] = [await notes.add({ ownerId, text: '1' }), await notes.add({ ownerId, text: '2' })];
    const reads = countReads(notes);
    const query = `{ a: note(id: "${one.id}") { text } b: note(id: "${two.id}") { text } c: note(id: "no") { text } }`;
    expect((await test.ask(query, { token: await tokenOf(test, 'ada') })).body).toEqual({
      data: { a: { text: '1' }, b: { text: '2' }, c: null },
    });
    expect(reads).toEqual([[one.id, two.id, 'no']]);
  });
});

function tokenOf({ emulator }: TestServer, name: 'ada' | 'grace' | 'guest' | 'radia'): Promise<string> {
  return emulator.control.mintToken({ userId: emulator.people[name].id });
}

/** Takes note of what the store is asked for. */
function countReads(store: NoteStore): (readonly string[])[] {
  const reads: (readonly string[])[] = [];
  const { byIds } = store;
  store.byIds = (ids) => {
    reads.push(ids);
    return byIds(ids);
  };
  return reads;
}
