// The database of examples/notes on a real Postgres: what PGlite cannot show. For `.ci/run --all`.
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { app } from '../../examples/notes/app.ts';
import { openDatabase } from '../../examples/notes/sources/database.ts';
import type { AppTypes } from '../../examples/notes/types.ts';
import { openEventStream } from '../support/event-stream.ts';
import { POSTGRES_IS_REQUIRED, type Postgres, startPostgres } from '../support/postgres.ts';
import { settingsOf, startTestServer, type TestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const ADD = 'mutation ($text: String!) { addNote(text: $text) { id } }';
const NOTES = '{ me { id } notes { edges { node { text } } } }';
const DOWN = { code: 'UPSTREAM_UNAVAILABLE', reason: 'DATABASE', retryAfter: 1 };

describe.skipIf(!POSTGRES_IS_REQUIRED)('notes on Postgres', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres[Symbol.dispose]());
  beforeEach(() => {
    postgres.query('drop schema if exists drizzle cascade');
    postgres.query('drop schema public cascade; create schema public');
  });

  it('are migrated once, by however many replicas that start at the same time', async () => {
    const open = () => openDatabase({ env: { DATABASE_URL: postgres.url }, logger: SILENT });
    const databases = await Promise.all([open(), open(), open(), open()]);
    expect(postgres.query('select count(*) from drizzle.__drizzle_migrations')).toEqual(['2']);
    await Promise.all(databases.map((database) => database.close()));
    expect(connections()).toBe(0);
  });

  it('reach subscribers on every replica', async () => {
    await using one = await start();
    await using other = await start({ of: one });
    const stream = await subscribe(one);
    const token = await tokenOf(one);
    expect((await other.ask(ADD, { token, variables: { text: 'Milk' } })).body.errors).toBeUndefined();
    expect(await stream.next()).toEqual({ data: { noteAdded: { text: 'Milk' } } });
    await stream.close();
  });

  it('fail alone while the database is down, and are back with it', async () => {
    await using test = await start();
    const stream = await subscribe(test);
    await ask(test, ADD, { text: 'Milk' });
    expect(await stream.next()).toMatchObject({ data: { noteAdded: { text: 'Milk' } } });
    postgres.stop();
    expect(await stream.next()).toMatchObject({ errors: [{ extensions: DOWN }] });
    for (let n = 0; n < 3; n += 1) {
      const { data, errors } = await ask(test, NOTES);
      expect([data.me.id, data.notes]).toEqual([test.emulator.people.ada.id, null]);
      expect(errors).toEqual([expect.objectContaining({ path: ['notes'], extensions: DOWN })]);
    }
    const refused = await subscribe(test);
    expect(await refused.next()).toMatchObject({ errors: [{ extensions: DOWN }] });
    expect((await test.fetch('/ready')).status).toBe(200);
    postgres.start();
    const texts = async () => (await ask(test, NOTES)).data.notes?.edges;
    expect(await until('the notes are back', texts)).toEqual([{ node: { text: 'Milk' } }]);
    await until('new notes are seen', () => messages(test).includes('New notes are seen again'));
    const again = await subscribe(test);
    await ask(test, ADD, { text: 'Bread' });
    expect(await again.next()).toEqual({ data: { noteAdded: { text: 'Bread' } } });
    await again.close();
    expect(messages(test).filter((message) => message.startsWith('The database'))).toEqual([
      'The database does not answer',
      'The database answers again',
    ]);
  }, 40_000);

  it('use a bounded number of connections, and wait for one for a bounded time', async () => {
    await using test = await start();
    await using locked = await lockNotes();
    const asked = Array.from({ length: 14 }, () => ask(test, NOTES));
    await until('those that found no connection are refused', async () => {
      const settled = await Promise.all(asked.map((each) => Promise.race([each, undefined])));
      return settled.filter((each) => each?.errors).length === 4;
    });
    expect(connections()).toBe(10 + 1);
    await locked.release();
    const refused = (await Promise.all(asked)).flatMap(({ errors = [] }) => errors);
    expect(refused.map(({ extensions }) => extensions)).toEqual(Array(4).fill(DOWN));
  });

  it('cost no more than their own field where the time of the request is over', async () => {
    await using test = await start({ env: { EXECUTION_TIMEOUT: '1' } });
    await using _locked = await lockNotes();
    const { data, errors } = await ask(test, NOTES);
    expect([data.me.id, data.notes]).toEqual([test.emulator.people.ada.id, null]);
    expect(errors?.[0]?.extensions).toEqual({ code: 'TIMEOUT', retryAfter: 1 });
  });

  it('are not waited for longer than a statement may take, which frees its connection', async () => {
    const database = await openDatabase({ env: { DATABASE_URL: postgres.url }, logger: SILENT });
    const { signal } = new AbortController();
    const sleep = database.run(signal, (queries) => queries.execute(sql`select pg_sleep(60)`));
    await expect(sleep).rejects.toMatchObject({ code: 'TIMEOUT', reason: 'DATABASE' });
    expect(
      postgres.query(
        "select count(*) from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active' and pid <> pg_backend_pid()",
      ),
    ).toEqual(['0']);
    await database.close();
  });

  it('are in no log and in no answer where a statement is wrong', async () => {
    await using test = await start();
    postgres.query('alter table notes drop column team_id');
    const { errors } = await ask(test, ADD, { text: 'My diary' });
    expect(errors?.[0]?.extensions['code']).toBe('INTERNAL_SERVER_ERROR');
    const [line] = test.logged.filter((each) => each.includes('Unexpected error'));
    expect(line).toContain('team_id');
    expect(test.logged.join('') + JSON.stringify(errors)).not.toContain('My diary');
  });

  /** Connections of the app that are open, without the one that asks. */
  function connections(): number {
    return Number(
      postgres.query(
        "select count(*) from pg_stat_activity where backend_type = 'client backend' and application_name = 'notes'",
      ),
    );
  }

  /** A replica; with `of`, one more of the same project. */
  async function start({ of, env }: StartOptions = {}): Promise<Test> {
    const settings = of && settingsOf(of.emulator);
    return await startTestServer<AppTypes>({ app, env: { DATABASE_URL: postgres.url, ...settings, ...env } });
  }

  /** Holds a lock for which every read of notes waits. */
  async function lockNotes() {
    const client = new Client(postgres.url);
    await client.connect();
    await client.query('begin; lock table notes in access exclusive mode');
    const release = () => client.end();
    return { release, [Symbol.asyncDispose]: release };
  }
});

type Test = TestServer<AppTypes>;

interface StartOptions {
  readonly of?: Test;
  readonly env?: Readonly<Record<string, string>>;
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Asks as Ada. */
async function ask(test: Test, query: string, variables = {}) {
  return (await test.ask(query, { token: await tokenOf(test), variables })).body;
}

async function subscribe(test: Test) {
  const query = 'subscription { noteAdded { text } }';
  return openEventStream({ url: test.url, token: await tokenOf(test), query });
}

function tokenOf({ emulator }: Pick<Test, 'emulator'>): Promise<string> {
  return emulator.control.mintToken({ userId: emulator.people.ada.id });
}

/** The messages in the log. */
function messages({ logged }: Test): readonly string[] {
  return logged.map((line) => JSON.parse(line).msg);
}
