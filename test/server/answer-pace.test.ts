import { GraphQLObjectType, GraphQLScalarType, GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { AnswerPace } from '../../src/server/answer-pace.ts';
import { startTestServer } from '../support/test-server.ts';

const MEGABYTE = 1_048_576;
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the pace of answers', () => {
  it('is full after two megabytes, until the next turn of the event loop', async () => {
    const pace = new AnswerPace();
    pace.add(MEGABYTE);
    expect(pace.isFull).toBe(false);
    pace.add(MEGABYTE);
    expect(pace.isFull).toBe(true);
    await nextTurn();
    expect(pace.isFull).toBe(false);
  });

  it('does not count small answers', () => {
    const pace = new AnswerPace();
    for (let count = 0; count < 1_000; count += 1) pace.add(16_000);
    expect(pace.isFull).toBe(false);
  });

  it('builds the answers that wait in their order, two megabytes in each turn', async () => {
    const pace = new AnswerPace();
    const built: number[] = [];
    pace.add(2 * MEGABYTE);
    const all = [1, 2, 3, 4, 5].map((which) =>
      pace.later(() => {
        built.push(which);
        pace.add(MEGABYTE);
        return which;
      }),
    );
    const perTurn: number[] = [];
    while (built.length < 5) {
      await nextTurn();
      perTurn.push(built.length);
    }
    expect(await Promise.all(all)).toEqual([1, 2, 3, 4, 5]);
    expect(built).toEqual([1, 2, 3, 4, 5]);
    expect(perTurn).toEqual([2, 4, 5]);
    await nextTurn();
    expect(pace.isFull).toBe(false);
  });

  it('lets no execution begin while it is full, and then two in each turn', async () => {
    const pace = new AnswerPace();
    expect(pace.isBusy).toBe(false);
    pace.add(2 * MEGABYTE);
    expect(pace.isBusy).toBe(true);
    const begun: number[] = [];
    const all = [1, 2, 3].map((which) => pace.begin(() => begun.push(which)));
    expect(begun).toEqual([]);
    await nextTurn();
    expect(pace.isFull).toBe(false);
    expect(begun).toEqual([1, 2]);
    // Others still wait, and are not overtaken.
    expect(pace.isBusy).toBe(true);
    await Promise.all(all);
    expect(begun).toEqual([1, 2, 3]);
    expect(pace.isBusy).toBe(false);
    const fails = pace.begin(() => {
      throw new Error('a bug');
    });
    await expect(fails).rejects.toThrow('a bug');
  });

  it('rejects what cannot be built, and goes on', async () => {
    const pace = new AnswerPace();
    pace.add(2 * MEGABYTE);
    const fails = pace.later(() => {
      throw new Error('no JSON');
    });
    const builds = pace.later(() => 'built');
    await expect(fails).rejects.toThrow('no JSON');
    expect(await builds).toBe('built');
  });
});

/** A server whose answers wait for one promise. Each says in which turn of the event loop its JSON was built. */
async function start(prepared: 'on' | 'off') {
  let turn = 0;
  let isOver = false;
  const count = () => {
    turn += 1;
    if (!isOver) setImmediate(count);
  };
  count();
  const turns: number[] = [];
  let begun = 0;
  let built = 0;
  let mostAtOnce = 0;
  const large = 'x'.repeat(900_000);
  const scalar = new GraphQLScalarType({
    name: 'Large',
    serialize: () => {
      begun += 1;
      let isBuilt = false;
      mostAtOnce = Math.max(mostAtOnce, begun - built);
      return {
        toJSON() {
          turns.push(turn);
          if (!isBuilt) built += 1;
          isBuilt = true;
          return large;
        },
      };
    },
  });
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const atOnce = { type: scalar, resolve: () => true };
  let waiting = 0;
  const value = () => {
    waiting += 1;
    return gate;
  };
  const field = { type: scalar, resolve: () => value().then(() => true) };
  const query = new GraphQLObjectType({ name: 'Query', fields: { large: field, atOnce } });
  const subscription = new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      large: {
        type: scalar,
        subscribe: async function* events() {
          await value();
          yield { large: true };
        },
      },
    },
  });
  const test = await startTestServer({
    schema: new GraphQLSchema({ query, subscription }),
    env: { PREPARED_OPERATIONS: prepared, MAX_STREAMS_PER_USER: '100', UNREAD_LIMIT: '100000000' },
  });
  const askForText = (query: string, accept = 'application/json') =>
    fetch(`${test.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query }),
    }).then((answer) => answer.text());
  return Object.assign(test, {
    ...{ askForText, turns, release, waiting: () => waiting, stop: () => (isOver = true) },
    /** The most results that were in memory at the same time, and no JSON yet. */
    mostAtOnce: () => mostAtOnce,
  });
}

const ANSWERS = 30;

describe('answers that wait for the same call', () => {
  it.each([
    ['queries by Yoga', 'off', '{ large }', 'application/json'],
    ['queries by the fast path', 'on', '{ large }', 'application/json'],
    ['events of subscriptions', 'on', 'subscription { large }', 'text/event-stream'],
  ] as const)('are not built in one turn of the event loop: %s', async (_what, prepared, query, accept) => {
    await using test = await start(prepared);
    // The fast path executes what has been answered before, whose operation it knows by the text.
    await test.askForText('{ __typename }');
    const first = [test.askForText(query, accept)];
    await expect.poll(test.waiting).toBe(1);
    const all = [...first, ...Array.from({ length: ANSWERS - 1 }, () => test.askForText(query, accept))];
    await expect.poll(test.waiting).toBe(ANSWERS);
    test.release();
    for (const text of await Promise.all(all)) expect(text.length).toBeGreaterThan(900_000);
    test.stop();
    // Yoga builds the JSON of each twice: to measure it, and to send it.
    const inTurn = new Map<number, number>();
    for (const turn of test.turns) inTurn.set(turn, (inTurn.get(turn) ?? 0) + 1);
    expect(Math.max(...inTurn.values())).toBeLessThanOrEqual(12);
    expect(test.turns.length).toBeGreaterThanOrEqual(ANSWERS);
  });
});

describe('answers that need no call', () => {
  it.each([
    ['Yoga', 'off'],
    ['the fast path', 'on'],
  ] as const)('are not executed before others have been built, by %s', async (_what, prepared) => {
    await using test = await start(prepared);
    await test.askForText('{ atOnce }');
    const all = await Promise.all(Array.from({ length: ANSWERS }, () => test.askForText('{ atOnce }')));
    test.stop();
    for (const text of all) expect(text.length).toBeGreaterThan(900_000);
    expect(test.mostAtOnce()).toBeLessThanOrEqual(6);
  });
});
