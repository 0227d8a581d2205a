import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type App,
  AppError,
  type AppServer,
  createServer,
  defineApp,
  startServer,
} from '../../src/library/server.ts';
import { type Emulator, startEmulator } from '../../src/library/testing.ts';

const HANDLED = ['SIGTERM', 'SIGINT', 'SIGHUP', 'uncaughtException'] as const;

let emulator: Emulator;
let headers: Readonly<Record<string, string>>;
beforeAll(async () => {
  emulator = await startEmulator();
  const { id } = await emulator.addUser({ displayName: 'Ada' });
  headers = { 'content-type': 'application/json', 'x-stack-access-token': await emulator.token(id) };
});
afterAll(() => emulator.close());

function envOf(changes: Readonly<Record<string, string>> = {}) {
  return {
    STACK_PROJECT_ID: emulator.projectId,
    STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
    STACK_API_URL: emulator.url,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'silent',
    ...changes,
  };
}

/** An app that notes when its source is closed. */
function createClosable(changes: App = {}) {
  const closed: string[] = [];
  const source = { close: () => void closed.push('source') };
  return { closed, app: { sources: () => ({ source }), ...changes } as App };
}

/** Sends nothing, and ends when it is asked to. */
function endless(): AsyncIterable<string> {
  let end = (_result: IteratorResult<string>) => {};
  const ended = new Promise<IteratorResult<string>>((resolve) => {
    end = resolve;
  });
  const endWith = () => {
    end({ done: true, value: undefined });
    return ended;
  };
  return { [Symbol.asyncIterator]: () => ({ next: () => ended, return: endWith }) };
}

function countHandlers(): number[] {
  return HANDLED.map((event) => process.listenerCount(event));
}

describe('createServer', () => {
  const LIMIT = 2_000;
  let server: AppServer;
  beforeAll(async () => {
    const app = defineApp({
      schema: (builder) => builder.queryField('hello', (t) => t.string({ resolve: () => 'world' })),
    });
    server = await createServer(app, envOf({ BASE_PATH: '/team', BODY_LIMIT: `${LIMIT}`, GRAPHIQL: 'true' }));
  });
  afterAll(() => server.close());

  const at = (path: string, init: RequestInit = {}) =>
    server.fetch(new Request(`http://localhost${path}`, { headers, ...init }));

  /** Sends a body of unknown length, and counts what is read of it. */
  async function stream(pull: (controller: ReadableStreamDefaultController<Uint8Array>) => void) {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        pull(controller);
      },
    });
    // The types of Node 20 do not know that a body may be a stream.
    const init: object = { method: 'POST', body, duplex: 'half' };
    const { status } = await at('/team/graphql', init);
    return { status, pulled };
  }

  it('has the schema of app and server', () => {
    expect(server.schema).toBeInstanceOf(GraphQLSchema);
    expect(Object.keys(server.schema.getQueryType()?.getFields() ?? {})).toEqual(
      expect.arrayContaining(['me', 'hello']),
    );
  });

  it.each<[string, string, RequestInit, number]>([
    ['a query', '/team/graphql', { method: 'POST', body: '{"query":"{ me { displayName } hello }"}' }, 200],
    ['a preflight', '/team/graphql', { method: 'OPTIONS' }, 204],
    ['a page', '/team/graphql', { headers: { accept: 'text/html' } }, 200],
    ['health', '/health', {}, 200],
    ['REST', '/team/api/users/me', {}, 200],
    ['REST without a body', '/team/api/users/me', { method: 'HEAD' }, 200],
    ['nothing', '/nothing', {}, 404],
  ])('answers %s with a response of the global class', async (_what, path, init, status) => {
    const answer = await at(path, init);
    expect(answer.constructor).toBe(Response);
    expect([answer.status, answer.headers.has('x-request-id')]).toEqual([status, true]);
    await answer.text();
  });

  it('reads a streamed body within BODY_LIMIT, and no more of a longer one', async () => {
    const half = new Uint8Array(LIMIT / 2).fill(0x20);
    const text = Buffer.from('{"query":"{ hello }"}');
    let chunks = [half, text];
    expect(
      await stream((it) => {
        const [next, ...rest] = chunks;
        chunks = rest;
        if (next) it.enqueue(next);
        else it.close();
      }),
    ).toEqual({ status: 200, pulled: 3 });
    const { status, pulled } = await stream((it) => it.enqueue(half));
    expect(status).toBe(413);
    expect(pulled).toBeLessThan(6);
  });

  it('takes a body that breaks off for the mistake of its client', async () => {
    expect((await stream((it) => it.error(new Error('Lost')))).status).toBe(400);
  });

  it('has a listener for a server of the team', async () => {
    const http = createHttpServer({ joinDuplicateHeaders: true }, server.listener).listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    const body = JSON.stringify({ query: '{ me { displayName } hello }' });
    const answer = await fetch(`http://127.0.0.1:${port}/team/graphql`, { method: 'POST', headers, body });
    expect(await answer.json()).toEqual({ data: { me: { displayName: 'Ada' }, hello: 'world' } });
    http.close();
    http.closeAllConnections();
  });

  it('rejects with all that is wrong in the environment, and with what the app throws', async () => {
    const wrong = await createServer({}, { PORT: 'x', BASE_PATH: 'y' }).catch((error: unknown) => error);
    expect(wrong).toMatchObject({ code: 'INVALID_CONFIGURATION' });
    for (const name of ['STACK_PROJECT_ID', 'STACK_SECRET_SERVER_KEY', 'PORT', 'BASE_PATH']) {
      expect(String(wrong)).toContain(name);
    }
    const sources = () => {
      throw new AppError('NOTES_URL is missing', { code: 'INVALID_CONFIGURATION' });
    };
    await expect(createServer({ sources }, envOf())).rejects.toThrow('NOTES_URL is missing');
  });

  it('ends open subscriptions when it is closed', async () => {
    const other = await createServer(
      {
        schema: (builder) =>
          builder.subscriptionField('ticks', (t) =>
            t.string({ nullable: true, subscribe: endless, resolve: (tick) => tick }),
          ),
      },
      envOf(),
    );
    const answer = await other.fetch(
      new Request('http://localhost/graphql', {
        method: 'POST',
        headers: { ...headers, accept: 'text/event-stream' },
        body: JSON.stringify({ query: 'subscription { ticks }' }),
      }),
    );
    const text = answer.text();
    await other.close();
    expect(await text).toMatch(/SERVICE_UNAVAILABLE.*event: complete/s);
  });

  it('closes each source once', async () => {
    const { closed, app } = createClosable();
    const other = await createServer(app, envOf());
    await Promise.all([other.close(), other.close()]);
    expect(closed).toEqual(['source']);
  });
});

describe('startServer', () => {
  it('listens at an origin, and leaves nothing behind when it is closed', async () => {
    const before = countHandlers();
    const { closed, app } = createClosable();
    const server = await startServer(app, envOf({ BASE_PATH: '/team' }));
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const body = JSON.stringify({ query: '{ me { displayName } }' });
    const answer = await fetch(`${server.url}/team/graphql`, { method: 'POST', headers, body });
    expect(await answer.json()).toEqual({ data: { me: { displayName: 'Ada' } } });
    expect(countHandlers()).toEqual(before.map((count) => count + 1));
    await Promise.all([server.close(), server.close()]);
    await expect(fetch(server.url)).rejects.toThrow();
    expect(closed).toEqual(['source']);
    expect(countHandlers()).toEqual(before);
  });

  it.each<[string, (port: string) => Readonly<Record<string, string>>]>([
    ['its port', (PORT) => ({ PORT })],
    ['the port of the metrics', (METRICS_PORT) => ({ METRICS_PORT })],
  ])('rejects where %s is in use, with nothing left open', async (_what, changes) => {
    const before = countHandlers();
    const { closed, app } = createClosable();
    const port = new URL(emulator.url).port;
    const error = await startServer(app, envOf(changes(port))).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE', message: expect.stringContaining('in use') });
    expect(closed).toEqual(['source']);
    expect(countHandlers()).toEqual(before);
  });

  it('rejects where the environment is wrong, and where the app throws', async () => {
    const before = countHandlers();
    const { closed, app } = createClosable({
      schema: () => {
        throw new Error('No such type');
      },
    });
    await expect(startServer(app, envOf({ PORT: 'x' }))).rejects.toThrow('PORT');
    await expect(startServer(app, envOf())).rejects.toThrow('No such type');
    expect(closed).toEqual([]);
    expect(countHandlers()).toEqual(before);
  });
});
