// Subscriptions whose sources can be watched, and clients that read them event by event.
import { GraphQLInt, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { expect } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import type { RequestContext } from '../../src/request/context.ts';
import { createServer } from '../../src/server/create-server.ts';
import { startTestServer } from './test-server.ts';

/** What happened to the sources. */
export interface WatchedSources {
  pulled: number;
  returned: number;
  aborted: number;
  /** Executions of events that have begun, and those of them that were cancelled. */
  executing: number;
  cancelled: number;
}

/** `kind` of a subscription: sources that behave badly in one way each. */
const KINDS: Readonly<Record<string, (n: number) => Promise<IteratorResult<number>>>> = {
  /** Never yields, and does not heed the signal. */
  silent: () => new Promise(() => {}),
  endless: async (value) => ({ done: false, value }),
  one: async (value) => (value === 1 ? { done: false, value } : new Promise(() => {})),
  two: async (value) => (value <= 2 ? { done: false, value } : { done: true, value: undefined }),
  failing: async () => {
    throw new TypeError('a bug of the source');
  },
};

function createSchema(watched: WatchedSources): GraphQLSchema {
  const watchAbort = ({ cancellation }: RequestContext, name: 'aborted' | 'cancelled') =>
    new Promise<never>((_resolve, reject) =>
      cancellation.signal.addEventListener('abort', () => {
        watched[name] += 1;
        reject(cancellation.signal.reason);
      }),
    );
  const subscribe = (_root: unknown, { kind }: { readonly kind: string }, context: RequestContext) => {
    watchAbort(context, 'aborted').catch(() => {});
    if (kind === 'starting') return new Promise(() => {});
    let n = 0;
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => {
        n += 1;
        watched.pulled = Math.max(watched.pulled, n);
        return KINDS[kind]?.(n);
      },
      return: async () => {
        watched.returned += 1;
        return { done: true, value: undefined };
      },
    };
  };
  const Tick = new GraphQLObjectType<number, RequestContext>({
    name: 'Tick',
    fields: {
      n: { type: GraphQLInt, resolve: (n) => n },
      large: { type: GraphQLString, resolve: () => 'a'.repeat(100_000) },
      slow: {
        type: GraphQLString,
        resolve: (_n, _args, context) => {
          watched.executing += 1;
          return watchAbort(context, 'cancelled');
        },
      },
    },
  });
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { n: { type: GraphQLInt, resolve: () => 1 } } }),
    subscription: new GraphQLObjectType<unknown, RequestContext>({
      name: 'Subscription',
      fields: {
        tick: { type: Tick, args: { kind: { type: GraphQLString } }, subscribe, resolve: (n) => n },
      },
    }),
  });
}

/** How a request is sent: over a connection, or by `fetch` within the process. */
export type Transport = 'http' | 'in process';

/** A subscription that is open. */
export interface Opened {
  readonly response: Response;
  /** The rest of the stream, once it has ended: the results of its events, and whether it was completed. */
  rest(): Promise<{ readonly events: readonly unknown[]; readonly completed: boolean }>;
  close(): Promise<void>;
}

/** Starts a server with these subscriptions. Use it with `await using`. */
export async function startStreams({
  env = {},
  clock,
  transport = 'http',
}: {
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly transport?: Transport;
} = {}) {
  const watched: WatchedSources = { pulled: 0, returned: 0, aborted: 0, executing: 0, cancelled: 0 };
  const schema = createSchema(watched);
  const test = await startTestServer({ env, schema, ...(clock && { clock }) });
  const inProcess = createServer(test.services, { schema });
  const { ada, grace } = test.emulator.people;
  const send = (query: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal) => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
      ...(signal && { signal }),
    };
    return transport === 'http'
      ? fetch(`${test.url}/graphql`, init)
      : inProcess.fetch('http://localhost/graphql', init);
  };
  return {
    test,
    watched,
    ada,
    grace,
    send,
    mint: (userId: string, expiresIn = 600) => test.emulator.control.mintToken({ userId, expiresIn }),
    /** Opens `subscription { tick(kind) { selection } }`. Without a token where there is none. */
    async open(
      kind: string,
      { token, selection = 'n' }: { readonly token?: string | undefined; readonly selection?: string } = {},
    ): Promise<Opened> {
      const headers = { accept: 'text/event-stream', ...(token && { 'x-stack-access-token': token }) };
      const response = await send(`subscription Ticks { tick(kind: "${kind}") { ${selection} } }`, headers);
      return {
        response,
        rest: async () => readEvents(await response.text()),
        close: async () => {
          await response.body?.cancel();
        },
      };
    },
    /** The log lines of requests that were streams. */
    logged: () =>
      test.logged
        .map((line) => JSON.parse(line))
        .filter(({ msg, ended }) => msg === 'Request' && ended !== undefined),
    streams: () => test.services.gauges().streams,
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  };
}

function readEvents(text: string) {
  const events = [...text.matchAll(/^event: next\ndata: (.+)$/gm)].map(([, data]) =>
    JSON.parse(String(data)),
  );
  return { events, completed: /\nevent: complete\n/.test(text) };
}

/** Waits for a state that has no event. */
export function eventually<T>(look: () => T) {
  return expect.poll(look, { timeout: 5_000, interval: 20 });
}
