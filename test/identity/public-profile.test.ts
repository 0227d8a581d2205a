import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineApp, type PublicProfile } from '#server';
import { startTestServer, type TestServer } from '../support/test-server.ts';

/** An app that shows users by their ids to everyone who has a token, and does not guard it. */
const app = defineApp({
  // With loaders of its own, those of the server are read by way of a proxy.
  loaders: () => ({}),
  schema: (builder) => {
    const Author = builder.objectRef<PublicProfile>('Author').implement({
      fields: (t) => ({
        id: t.exposeID('id'),
        displayName: t.exposeString('displayName', { nullable: true }),
      }),
    });
    builder.queryField('authors', (t) =>
      t.field({
        type: [Author],
        nullable: { list: true, items: true },
        args: { ids: t.arg.idList({ required: true }) },
        resolve: (_root, { ids }, { loaders }) => ids.map((id) => loaders.publicProfile.load(id)),
      }),
    );
    builder.mutationField('author', (t) =>
      t.field({
        type: Author,
        nullable: true,
        args: { id: t.arg.id({ required: true }) },
        resolve: (_root, { id }, { loaders }) => loaders.publicProfile.load(id),
      }),
    );
  },
});

const AUTHORS = 'query ($ids: [ID!]!) { authors(ids: $ids) { displayName } me { displayName } }';

describe('loaders.publicProfile of an app', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer({ app });
  });
  beforeEach(() => test.emulator.control.resetCalls());
  afterAll(() => test[Symbol.asyncDispose]());

  const tokenOf = (name: keyof TestServer['emulator']['people']) =>
    test.emulator.control.mintToken({ userId: test.emulator.people[name].id });
  const lastLine = () => test.logged.map((line) => JSON.parse(line)).findLast(({ msg }) => msg === 'Request');

  it('needs a token, and makes no call without one', async () => {
    const ids = [test.emulator.people.ada.id];
    const { body } = await test.ask('query ($ids: [ID!]!) { authors(ids: $ids) { displayName } }', {
      variables: { ids },
    });
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' });
    expect(test.emulator.control.calls().user).toBe(0);
  });

  it('is called once for each user of a list, and its calls are counted with the others', async () => {
    const { ada, grace } = test.emulator.people;
    const ids = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? ada.id : grace.id));
    const { body } = await test.ask(AUTHORS, { token: await tokenOf('linus'), variables: { ids } });
    expect(body.errors).toBeUndefined();
    expect(body.data.authors.slice(0, 2)).toEqual([
      { displayName: 'Ada Lovelace' },
      { displayName: 'Grace Hopper' },
    ]);
    expect(test.emulator.control.calls()).toMatchObject({ user: 2, profile: 1 });
    expect(lastLine()).toMatchObject({ upstreamCalls: 3 });
  });

  it('is limited by MAX_PROVIDER_CALLS together with all other calls of the request', async () => {
    const ids = Array.from({ length: 60 }, () => test.emulator.control.createUser({ displayName: 'U' }).id);
    const { body } = await test.ask(AUTHORS, { token: await tokenOf('mallory'), variables: { ids } });
    const named = body.data.authors.filter((author: unknown) => author !== null);
    expect(named.length + (body.data.me.displayName === null ? 0 : 1)).toBe(50);
    expect(body.errors).toHaveLength(11);
    for (const { extensions } of body.errors ?? [])
      expect(extensions).toEqual({ code: 'LIMIT_EXCEEDED', reason: 'MAX_PROVIDER_CALLS' });
    expect(test.emulator.control.calls().total).toBe(50);
  });

  it('shows what a mutation of the caller has changed, also in the same document', async () => {
    const { id } = test.emulator.people.grace;
    const document = `mutation {
      before: author(id: "${id}") { displayName }
      updateMe(input: { displayName: "Admiral" }) { me { displayName } errors { code } }
      after: author(id: "${id}") { displayName }
    }`;
    const { body } = await test.ask(document, { token: await tokenOf('grace') });
    expect(body.data).toMatchObject({
      before: { displayName: 'Grace Hopper' },
      updateMe: { me: { displayName: 'Admiral' } },
      after: { displayName: 'Admiral' },
    });
    const other = await test.ask(AUTHORS, { token: await tokenOf('radia'), variables: { ids: [id] } });
    expect(other.body.data.authors).toEqual([{ displayName: 'Admiral' }]);
  });

  it('is null for a deleted user, and its error where the provider fails', async () => {
    const { control } = test.emulator;
    const [deleted, other] = [control.createUser({ displayName: 'U' }), control.createUser()];
    control.deleteUser(deleted.id);
    const token = await tokenOf('ada');
    const { body } = await test.ask(AUTHORS, { token, variables: { ids: [deleted.id, 'no id'] } });
    expect(body).toMatchObject({ data: { authors: [null, null] } });
    expect(body.errors).toBeUndefined();
    const heal = control.fail('user', { kind: 'status', status: 500 });
    const failed = (await test.ask(AUTHORS, { token, variables: { ids: [other.id] } })).body;
    heal();
    expect(failed.data).toMatchObject({ authors: [null], me: { displayName: 'Ada Lovelace' } });
    expect(failed.errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'UPSTREAM_UNAVAILABLE' }]);
  });
});
