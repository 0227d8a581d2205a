import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSchema } from '#server';
import { type Calls, createTestApp, type Directory, startDirectory } from '../support/test-app.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

type Name = keyof TestServer['emulator']['people'];

describe('the scopes of an app', () => {
  const calls: Calls = { sources: 0, loaders: 0 };
  let directory: Directory;
  let test: AsyncDisposable & Pick<TestServer, 'ask' | 'emulator'>;
  beforeAll(async () => {
    directory = await startDirectory();
    test = await startTestServer({ app: createTestApp(directory, calls) });
  });
  afterAll(async () => {
    await test[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    directory.asked.length = 0;
    directory.members.set('a', new Set([test.emulator.people.ada.id, test.emulator.people.guest.id]));
    directory.members.set('b', new Set([test.emulator.people.ada.id]));
  });

  async function ask(query: string, name?: Name) {
    const { control, people } = test.emulator;
    const token = name && (await control.mintToken({ userId: people[name].id }));
    const { body } = await test.ask(query, token === undefined ? {} : { token });
    return { data: body.data, errors: (body.errors ?? []).map(({ extensions }) => extensions) };
  }

  it('may wait: a rule lets a user pass after a lookup, or refuses with its own reason', async () => {
    expect(await ask('{ scopeFirst }', 'ada')).toEqual({ data: { scopeFirst: true }, errors: [] });
    expect(await ask('{ scopeFirst }', 'grace')).toEqual({
      data: { scopeFirst: null },
      errors: [{ code: 'FORBIDDEN', reason: 'NOT_IN_GROUP' }],
    });
    expect(directory.asked).toEqual(['/a', '/a']);
  });

  it.each(['scopeFirst', 'tokenFirst'])('cost no lookup where the token refuses: %s', async (field) => {
    expect((await ask(`{ ${field} }`, 'guest')).errors).toEqual([
      { code: 'FORBIDDEN', reason: 'ANONYMOUS_USER' },
    ]);
    expect((await ask(`{ ${field} }`)).errors).toEqual([
      { code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' },
    ]);
    expect(directory.asked).toEqual([]);
  });

  it('cost no lookup without a token where they stand alone', async () => {
    expect((await ask('{ near }')).errors).toEqual([{ code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' }]);
    expect(directory.asked).toEqual([]);
  });

  it('cost no lookup where one of several is enough and the token has it', async () => {
    expect((await ask('{ oneOf }', 'ada')).data).toEqual({ oneOf: true });
    expect(directory.asked).toEqual([]);
    expect((await ask('{ oneOf }', 'guest')).data).toEqual({ oneOf: true });
    expect(directory.asked).toEqual(['/a']);
  });

  it('look up once for equal objects, whatever the order of their properties, and for all aliases', async () => {
    const query = '{ near nearAgain a: near b: nearAgain }';
    expect(await ask(query, 'ada')).toEqual({
      data: { near: true, nearAgain: true, a: true, b: true },
      errors: [],
    });
    expect(directory.asked).toEqual(['/a']);
  });

  it('look up once for each value in a list', async () => {
    const names = JSON.stringify(['a', 'b', 'a', 'b', 'a']);
    const { data, errors } = await ask(`{ groups(names: ${names}) { name again: name } }`, 'ada');
    expect(errors).toEqual([]);
    expect(data.groups).toHaveLength(5);
    expect(directory.asked.sort()).toEqual(['/a', '/b']);
  });

  it('look up anew for each request', async () => {
    await ask('{ near }', 'ada');
    directory.members.set('a', new Set(['another']));
    expect((await ask('{ near }', 'ada')).errors).toEqual([{ code: 'FORBIDDEN', reason: 'NOT_IN_GROUP' }]);
  });

  it('refuse each value for its own reason', async () => {
    const { errors } = await ask('{ empty near also: empty }', 'grace');
    expect(errors.map(({ reason }) => reason).sort()).toEqual(['EMPTY_GROUP', 'EMPTY_GROUP', 'NOT_IN_GROUP']);
  });

  it('refuse with the code of the rule', async () => {
    expect((await ask('{ named(id: "another") }', 'ada')).errors).toEqual([{ code: 'UNAUTHENTICATED' }]);
  });

  it.each(['throws', 'rejects'])(
    'answer with the error of a rule that %s, never FORBIDDEN',
    async (field) => {
      const { data, errors } = await ask(`{ a: ${field} b: ${field} named(id: "x") me { id } }`, 'ada');
      expect(data).toEqual({ a: null, b: null, named: null, me: { id: expect.any(String) } });
      expect(errors.map(({ code }) => code).sort()).toEqual([
        'UNAUTHENTICATED',
        'UPSTREAM_UNAVAILABLE',
        'UPSTREAM_UNAVAILABLE',
      ]);
    },
  );

  it('hide a bug in a rule, and refuse the field', async () => {
    expect(await ask('{ bug }', 'ada')).toEqual({
      data: { bug: null },
      errors: [{ code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) }],
    });
  });

  it('leave no rejection unhandled where two of one field fail', async () => {
    await using down = await startDirectory();
    down.fail();
    await using other = await startTestServer({ app: createTestApp(down) });
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const token = await other.emulator.control.mintToken({ userId: other.emulator.people.ada.id });
    const { body } = await other.ask('{ twoFail near }', { token });
    // The answer of the slower one: its rejection is reported after all its handlers are known.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(body.errors?.map(({ extensions }) => extensions['code'])).toEqual([
      'UPSTREAM_UNAVAILABLE',
      'UPSTREAM_UNAVAILABLE',
    ]);
    expect(unhandled).toEqual([]);
  });

  it('are decided again after a mutation that says so, and not otherwise', async () => {
    const twice = (forget: boolean) => `mutation { a: leave(forget: ${forget}) b: leave(forget: false) }`;
    await ask(twice(false), 'ada');
    expect(directory.asked).toEqual(['/a']);
    await ask(twice(true), 'ada');
    expect(directory.asked).toEqual(['/a', '/a', '/a']);
  });

  it('and its loaders cost nothing in a request that needs none', async () => {
    const before = calls.loaders;
    await ask('{ me { id } tokenFirst }', 'radia');
    expect(directory.asked).toEqual([]);
    expect(calls.loaders).toBe(before);
    await ask('{ me { inA again: inA } }', 'ada');
    expect(calls.loaders).toBe(before + 1);
    expect(directory.asked).toEqual(['/a']);
  });

  it('cannot take the name of one of ours', () => {
    const rule = { check: () => true, message: 'Open to all' };
    for (const name of ['member', 'authenticated', '$any']) {
      const app = { scopes: { [name]: rule } as Record<never, never> };
      expect(() => createSchema(app)).toThrow(name);
    }
  });
});
