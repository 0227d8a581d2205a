import { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../src/core/events.ts';
import { createClock } from '../support/clock.ts';
import { openRaw } from '../support/raw-http.ts';
import { startTestServer } from '../support/test-server.ts';

/** More than the system buffers for a connection over loopback. */
const LARGE = 12_000_000;

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      text: {
        type: GraphQLString,
        args: { length: { type: new GraphQLNonNull(GraphQLInt) } },
        resolve: (_root, { length }) => 'x'.repeat(length),
      },
    },
  }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      text: {
        type: GraphQLString,
        subscribe: async function* events() {
          for (;;) yield { text: 'x'.repeat(1_000_000) };
        },
      },
    },
  }),
});

/** The limit of answers would be reached before the buffers of loopback are full. */
const ENV = { RESPONSE_LIMIT: '50000000', UNREAD_LIMIT: '100000000' };

function postOf(query: string, accept = 'application/json'): string {
  const body = JSON.stringify({ query });
  return `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

async function start(env: Readonly<Record<string, string>> = {}) {
  const clock = createClock();
  const test = await startTestServer({ schema, clock, env: { ...ENV, ...env } });
  const cuts: string[] = [];
  const seen = (event: ServerEvent) => event.kind === 'cut' && cuts.push(event.reason);
  test.services.events.subscribe(seen);
  const askWithoutReading = async (query: string, accept = 'application/json') => {
    const connection = await openRaw(test.url);
    connection.socket.pause();
    connection.socket.write(postOf(query, accept));
    return connection;
  };
  return Object.assign(test, {
    clock,
    cuts,
    /** Lets time pass, each time it is called, and gives the reasons of all cuts. */
    cutsAfter: (milliseconds: number) => () => {
      clock.advance(milliseconds);
      return cuts;
    },
    askWithoutReading,
    gauges: test.services.gauges,
    statuses: () => test.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'Request'),
  });
}

const QUERY = `{ text(length: ${LARGE}) }`;

describe('an answer that its client does not read', () => {
  it.each([
    ['Yoga', 'off'],
    ['the fast path', 'on'],
  ])(
    'is in flight until its connection is closed after fifteen seconds, by %s',
    async (_adapter, prepared) => {
      await using test = await start({ PREPARED_OPERATIONS: prepared });
      await test.ask(QUERY, { headers: { accept: 'application/json' } });
      await expect.poll(() => test.statuses().length).toBe(1);
      test.logged.length = 0;
      await test.askWithoutReading(QUERY);
      await expect.poll(() => test.gauges().unreadBytes).toBeGreaterThan(0);
      expect(test.gauges().inFlight).toBe(1);
      // Measured from the first sweep that sees it.
      await expect.poll(test.cutsAfter(7_000), { timeout: 5_000 }).toEqual(['ANSWER_NOT_READ']);
      await expect.poll(() => test.gauges()).toMatchObject({ inFlight: 0, unreadBytes: 0 });
      expect(test.statuses()).toEqual([expect.objectContaining({ status: 499, codes: ['ANSWER_NOT_READ'] })]);
    },
  );

  it.each([
    ['Yoga', 'off'],
    ['the fast path', 'on'],
  ])('is logged as such where its client disconnects, by %s', async (_adapter, prepared) => {
    await using test = await start({ PREPARED_OPERATIONS: prepared });
    await test.ask(QUERY, { headers: { accept: 'application/json' } });
    const { socket } = await test.askWithoutReading(QUERY);
    await expect.poll(() => test.gauges().unreadBytes).toBeGreaterThan(0);
    socket.destroy();
    await expect.poll(() => test.statuses().at(-1)).toMatchObject({ status: 499, codes: ['CLIENT_CLOSED'] });
    expect(test.gauges()).toMatchObject({ inFlight: 0, unreadBytes: 0 });
  });

  it('is not cut while its client reads, however much time passes', async () => {
    await using test = await start();
    const [reading, stalled] = [await test.askWithoutReading(QUERY), await test.askWithoutReading(QUERY)];
    await expect.poll(() => test.gauges().unreadBytes).toBeGreaterThan(LARGE);
    reading.socket.on('data', () => {
      if (reading.socket.bytesRead > 2_000_000 && test.cuts.length === 0) reading.socket.pause();
    });
    reading.socket.resume();
    await expect.poll(() => reading.socket.bytesRead).toBeGreaterThan(2_000_000);
    test.clock.advance(20_000);
    await expect.poll(() => test.cuts, { timeout: 5_000 }).toEqual(['ANSWER_NOT_READ']);
    stalled.socket.destroy();
    reading.socket.resume();
    await expect.poll(() => reading.socket.bytesRead).toBeGreaterThan(LARGE);
    await expect.poll(() => test.gauges().inFlight).toBe(0);
    reading.socket.destroy();
  });

  it.each([
    ['Yoga', 'off'],
    ['the fast path', 'on'],
  ])('is cut as the slowest where all of them are too large, by %s', async (_adapter, prepared) => {
    await using test = await start({ UNREAD_LIMIT: '20000000', PREPARED_OPERATIONS: prepared });
    const first = await test.askWithoutReading(QUERY);
    await expect.poll(() => test.gauges().unreadBytes).toBeGreaterThan(0);
    test.clock.advance(1_000);
    for (const expected of [1, 2, 3]) {
      await test.askWithoutReading(QUERY);
      await test.askWithoutReading(QUERY);
      await test.askWithoutReading(QUERY);
      await expect.poll(() => test.cuts.length).toBeGreaterThanOrEqual(expected);
      expect(test.gauges().unreadBytes).toBeLessThanOrEqual(20_000_000);
    }
    expect(new Set(test.cuts)).toEqual(new Set(['UNREAD_LIMIT']));
    first.socket.resume();
    await first.ended;
    expect((await test.ask('{ text(length: 10) }')).status).toBe(200);
  });

  it('leaves half of MAX_IN_FLIGHT to others', async () => {
    await using test = await start({ MAX_IN_FLIGHT: '4' });
    for (const _time of [1, 2, 3, 4, 5]) {
      await test.askWithoutReading(QUERY);
      await expect.poll(() => test.received()).toBe(_time);
    }
    await expect.poll(() => test.cuts.length).toBe(3);
    await expect.poll(() => test.gauges().inFlight).toBe(2);
    expect((await test.ask('{ text(length: 10) }')).status).toBe(200);
  });
});

describe('answers that are queued behind others of their connection', () => {
  it.each([
    ['of GraphQL', 'GET /graphql?query=%7B__typename%7D'],
    ['of refusals', 'GET /x'],
    ['of health checks', 'GET /health'],
    ['of preflights', 'OPTIONS /graphql'],
  ])('are cut before a client that takes one answer slowly: %s', async (_what, target) => {
    await using test = await start({ MAX_IN_FLIGHT: '20' });
    const slow = await test.askWithoutReading(QUERY);
    await expect.poll(() => test.gauges().unreadBytes).toBeGreaterThan(0);
    // The slow client has taken the fewest bytes per second.
    test.clock.advance(10_000);
    const { socket } = await openRaw(test.url);
    socket.pause();
    socket.write(postOf(QUERY) + `${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(15));
    await expect.poll(() => test.cuts).toEqual(['UNREAD_LIMIT']);
    socket.destroy();
    let received = 0;
    slow.socket.on('data', ({ length }) => {
      received += length;
    });
    slow.socket.resume();
    await expect.poll(() => received).toBeGreaterThan(LARGE);
    slow.socket.destroy();
  });
});

describe('a stream whose client does not read', () => {
  it('is ended, and so is its source', async () => {
    await using test = await start();
    await test.askWithoutReading('subscription { text }', 'text/event-stream');
    await expect.poll(() => test.gauges().unreadBytes, { timeout: 5_000 }).toBeGreaterThan(0);
    expect(test.gauges().inFlight).toBe(0);
    await expect.poll(test.cutsAfter(7_000), { timeout: 5_000 }).toEqual(['ANSWER_NOT_READ']);
    await expect.poll(() => test.statuses().length).toBe(1);
    expect(test.statuses()).toEqual([expect.objectContaining({ status: 499, codes: ['ANSWER_NOT_READ'] })]);
  });
});
