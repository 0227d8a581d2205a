import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { troubleOf } from '../../src/core/call-trouble.ts';
import type { ServerEvent } from '../../src/core/events.ts';
import { createUpstream } from '../../src/core/http-client.ts';
import { LARGEST_BODY, type Upstream, type UpstreamOptions } from '../../src/core/upstream.ts';
import { createClock } from '../support/clock.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { UPSTREAM_UNAVAILABLE } from '../support/refusals.ts';

const TIMEOUT = 5_000;
/** For calls that run into the time limit. */
const SHORT = 250;

interface Pair {
  readonly server: HttpServer;
  readonly upstream: Upstream;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A server with this listener, and a client for it. */
async function startPair(
  listener: RequestListener,
  options: Partial<Omit<UpstreamOptions, 'url'>> & { readonly base?: string } = {},
): Promise<Pair> {
  const { base = '', ...rest } = options;
  const server = await startHttpServer(listener);
  const upstream = createUpstream({ url: `${server.url}${base}`, connections: 4, timeout: TIMEOUT, ...rest });
  return {
    server,
    upstream,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await upstream.close();
    },
  };
}

/** Responses that are held until the test sends them, in the order of their requests. */
function createDesk() {
  const kept: ServerResponse[] = [];
  let arrived = (): void => {};
  return {
    kept,
    take: (response: ServerResponse): void => {
      kept.push(response);
      arrived();
    },
    /** Resolves once so many requests have arrived. */
    async holds(count: number): Promise<void> {
      while (kept.length < count) {
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      }
    },
  };
}

/** Accepts connections and never sends a byte, so that the TLS handshake never ends. */
async function startSilence() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('an answer', () => {
  it('has its status, its headers in lower case and its body', async () => {
    await using pair = await startPair((_request, response) => {
      response.writeHead(418, { 'X-Stack-Known-Error': 'TEAPOT', 'Set-Cookie': ['a=1', 'b=2'] }).end('short');
    });
    expect(await pair.upstream.get({ path: '/' })).toMatchObject({
      status: 418,
      headers: { 'x-stack-known-error': 'TEAPOT', 'set-cookie': ['a=1', 'b=2'] },
      body: 'short',
    });
  });

  it.each([200, 204, 301, 302, 307, 308, 400, 401, 404, 429, 500, 503])(
    'of status %d is an answer, and no redirect is followed',
    async (status) => {
      await using pair = await startPair((_request, response) => {
        response.writeHead(status, { location: '/elsewhere' }).end();
      });
      expect(await pair.upstream.get({ path: '/here' })).toMatchObject({ status, body: '' });
      expect(pair.server.received.map(({ path }) => path)).toEqual(['/here']);
    },
  );

  it.each(['', 'x', 'xx'])(
    'is joined before it is decoded, wherever the network splits it: %s€',
    async (first) => {
      const text = first + '€'.repeat(300_000);
      await using pair = await startPair((_request, response) => response.end(text));
      expect((await pair.upstream.get({ path: '/' })).body === text).toBe(true);
    },
  );
});

describe('a byte order mark', () => {
  it('is not part of the body', async () => {
    await using pair = await startPair((_request, response) => response.end('\ufeff{}'));
    expect((await pair.upstream.get({ path: '/' })).body).toBe('{}');
  });
});

describe('a call', () => {
  it('is a GET of the path below the base, with the headers given', async () => {
    await using pair = await startPair((_request, response) => response.end(), { base: '/stack/auth' });
    await pair.upstream.get({ path: '/api/v1/users/me?x=1', headers: { 'x-stack-project-id': 'p' } });
    expect(pair.server.received).toMatchObject([
      { method: 'GET', path: '/stack/auth/api/v1/users/me?x=1', headers: { 'x-stack-project-id': 'p' } },
    ]);
  });

  it.each(['', '/'])('has no other prefix where the base is "%s"', async (base) => {
    await using pair = await startPair((_request, response) => response.end(), { base });
    await pair.upstream.get({ path: '/api' });
    expect(pair.server.received[0]?.path).toBe('/api');
  });

  it('goes to the origin, whatever its path looks like', async () => {
    await using elsewhere = await startHttpServer((_request, response) => response.end());
    await using pair = await startPair((_request, response) => response.end());
    await pair.upstream.get({ path: `/${elsewhere.url}` });
    await pair.upstream.get({ path: elsewhere.url.replace('http:', '') });
    expect(elsewhere.received).toEqual([]);
    expect(pair.server.received).toHaveLength(2);
  });
});

describe('a message', () => {
  it.each([
    ['POST', '{"display_name":"Ä"}'],
    ['PUT', '{}'],
    ['PATCH', '{}'],
    ['DELETE', undefined],
    ['GET', undefined],
  ] as const)('by %s has its headers and the body %s', async (method, body) => {
    let arrived = '';
    await using pair = await startPair(async (request, response) => {
      for await (const chunk of request) arrived += String(chunk);
      response.end('done');
    });
    const headers = { 'content-type': 'application/json' };
    const answer = await pair.upstream.send({ method, path: '/teams', headers, body });
    expect(answer.body).toBe('done');
    expect(pair.server.received).toMatchObject([{ method, path: '/teams', headers }]);
    expect(arrived).toBe(body ?? '');
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const)(
    'by %s is sent once, though its kept connection breaks',
    async (method) => {
      let breaks = false;
      await using pair = await startPair(
        (request, response) => {
          if (breaks) request.socket.destroy();
          else response.end();
        },
        { connections: 1 },
      );
      await pair.upstream.get({ path: '/' });
      breaks = true;
      const message = { method, path: '/teams', body: method === 'GET' ? undefined : '{}' };
      await expect(pair.upstream.send(message)).rejects.toMatchObject(UPSTREAM_UNAVAILABLE);
      expect(pair.server.received).toHaveLength(2);
    },
  );
});

describe('the clock of the upstream', () => {
  it.each([
    ['behind', -60, -60],
    ['ahead', 60, 60],
    ['within the tolerance', 4, undefined],
  ])('is reported where it differs from our wall clock: %s', async (_what, seconds, offBy) => {
    const clock = createClock();
    const events: ServerEvent[] = [];
    const date = new Date(clock.wall() + seconds * 1000).toUTCString();
    await using pair = await startPair((_request, response) => response.setHeader('date', date).end(), {
      clock,
      emit: (event) => void events.push(event),
    });
    await pair.upstream.get({ path: '/' });
    expect(events).toEqual(offBy === undefined ? [] : [{ kind: 'clock', offBy }]);
  });
});

describe('connections', () => {
  it('are kept alive: calls one after the other need one', async () => {
    await using pair = await startPair((_request, response) => response.end('x'.repeat(10_000)), {
      connections: 1,
    });
    for (let call = 0; call < 10; call += 1) await pair.upstream.get({ path: '/' });
    expect(pair.server.connections).toBe(1);
  });

  it('are at most as many as allowed, and further calls wait for one', async () => {
    const desk = createDesk();
    await using pair = await startPair((_request, response) => desk.take(response), { connections: 2 });
    const calls = Promise.all(Array.from({ length: 6 }, () => pair.upstream.get({ path: '/' })));
    for (let given = 0; given < 6; given += 2) {
      await desk.holds(given + 2);
      expect(desk.kept).toHaveLength(given + 2);
      for (const response of desk.kept.slice(given)) response.end('done');
    }
    expect((await calls).map(({ body }) => body)).toEqual(Array(6).fill('done'));
    expect(pair.server.connections).toBe(2);
  });

  it('carry one call at a time: a slow answer does not hold up those behind it', async () => {
    const desk = createDesk();
    await using pair = await startPair((request, response) => {
      if (request.url === '/slow') desk.take(response);
      else response.end('quick');
    });
    const slow = pair.upstream.get({ path: '/slow' });
    await desk.holds(1);
    expect((await pair.upstream.get({ path: '/quick' })).body).toBe('quick');
    desk.kept[0]?.end('slow');
    expect((await slow).body).toBe('slow');
  });
});

describe('the time limit', () => {
  it.each<[string, RequestListener]>([
    ['silence', () => {}],
    ['headers without a body', (_request, response) => response.writeHead(200).flushHeaders()],
    ['a body that stops', (_request, response) => void response.writeHead(200).write('{"id":')],
    [
      'a body that drips on and on',
      (_request, response) => {
        const drip = setInterval(() => response.write('.'), 10);
        response.once('close', () => clearInterval(drip));
      },
    ],
  ])('ends %s, and the connection with it', async (_what, listener) => {
    let cut: Promise<unknown> | undefined;
    await using pair = await startPair(
      (request, response) => {
        cut = once(response, 'close');
        listener(request, response);
      },
      { timeout: SHORT },
    );
    const call = pair.upstream.get({ path: '/' });
    await expect(call).rejects.toMatchObject({
      ...UPSTREAM_UNAVAILABLE,
      message: `No answer within ${SHORT} ms`,
    });
    await cut;
  });

  it('includes the wait for a connection', async () => {
    const desk = createDesk();
    await using pair = await startPair((_request, response) => desk.take(response), {
      connections: 1,
      timeout: SHORT,
    });
    const calls = [1, 2, 3].map(() => pair.upstream.get({ path: '/' }));
    for (const { status } of await Promise.allSettled(calls)) expect(status).toBe('rejected');
  });

  it('does not affect the next call', async () => {
    let silent = true;
    await using pair = await startPair(
      (_request, response) => {
        if (!silent) response.end('back');
      },
      { timeout: SHORT, connections: 1 },
    );
    await expect(pair.upstream.get({ path: '/' })).rejects.toMatchObject(UPSTREAM_UNAVAILABLE);
    silent = false;
    expect((await pair.upstream.get({ path: '/' })).body).toBe('back');
  });
});

describe('the cap of a body', () => {
  it('lets a body of exactly its size pass, and no byte more', async () => {
    await using pair = await startPair(
      (request, response) => response.end('é'.repeat(500) + (request.url === '/more' ? 'x' : '')),
      { maxBody: 1000 },
    );
    expect((await pair.upstream.get({ path: '/' })).body).toHaveLength(500);
    await expect(pair.upstream.get({ path: '/more' })).rejects.toMatchObject(UPSTREAM_UNAVAILABLE);
  });

  it('is 1 MiB by default', async () => {
    await using pair = await startPair((request, response) =>
      response.end('x'.repeat(1_048_576 + Number(request.url?.slice(1)))),
    );
    expect((await pair.upstream.get({ path: '/0' })).body).toHaveLength(1_048_576);
    await expect(pair.upstream.get({ path: '/1' })).rejects.toMatchObject(UPSTREAM_UNAVAILABLE);
  });

  it.each([
    ['hints', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'],
    ['that it is being processed', 'HTTP/1.1 102 Processing\r\n\r\n'],
    ['something unknown', 'HTTP/1.1 199 Unknown\r\n\r\n'],
  ])('ends an answer that says %s without end, and its connection', async (_what, bytes) => {
    let cut: Promise<unknown> | undefined;
    await using pair = await startPair(({ socket }, response) => {
      cut = once(response, 'close');
      const pour = (): void => {
        while (!socket.destroyed && socket.write(bytes.repeat(100)));
      };
      socket.on('drain', pour);
      pour();
    });
    const error = await pair.upstream.get({ path: '/' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject(UPSTREAM_UNAVAILABLE);
    expect(troubleOf(error)).toBe('malformed');
    await cut;
  });

  it('reads an answer that a few informational ones precede', async () => {
    await using pair = await startPair(({ socket }, response) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(20));
      response.end('{}');
    });
    expect(await pair.upstream.get({ path: '/' })).toMatchObject({ status: 200, body: '{}' });
  });

  it('is another for a message that says so, and the same for others', async () => {
    await using pair = await startPair((request, response) =>
      response.end('x'.repeat(Number(request.url?.slice(1)))),
    );
    const ask = (length: number, maxBody?: number) =>
      pair.upstream.send({ method: 'GET', path: `/${length}`, maxBody });
    expect((await ask(LARGEST_BODY, LARGEST_BODY)).body).toHaveLength(LARGEST_BODY);
    for (const [length, maxBody] of [
      [LARGEST_BODY + 1, LARGEST_BODY],
      [LARGEST_BODY + 1, 2 * LARGEST_BODY],
      [1_048_577, undefined],
      [1_001, 1_000],
    ] as const) {
      const error = await ask(length, maxBody).catch((thrown: unknown) => thrown);
      expect([length, troubleOf(error)]).toEqual([length, 'unreadable']);
    }
    expect((await ask(1_000, 1_000)).body).toHaveLength(1_000);
  });

  it('ends an endless body, and its connection', async () => {
    let cut: Promise<unknown> | undefined;
    await using pair = await startPair(
      (_request, response) => {
        cut = once(response, 'close');
        const pour = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        };
        response.on('drain', pour);
        pour();
      },
      { maxBody: 1000 },
    );
    await expect(pair.upstream.get({ path: '/' })).rejects.toMatchObject(UPSTREAM_UNAVAILABLE);
    await cut;
  });
});

describe('the budget of all bodies', () => {
  const LARGE = 100_000;

  /** Asks for answers of these sizes, none of which ends before all bytes of all others were sent. */
  async function receive(pair: Pair, desk: ReturnType<typeof createDesk>, sizes: readonly number[]) {
    desk.kept.length = 0;
    const answers = Promise.allSettled(sizes.map((size) => pair.upstream.get({ path: `/${size}` })));
    await desk.holds(sizes.length);
    for (const response of desk.kept) {
      const { url } = response.req;
      await new Promise((resolve) => response.write('x'.repeat(Number(url?.slice(1))), resolve));
    }
    // The client reads on other turns of the same event loop.
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const response of desk.kept) response.end();
    return (await answers).map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value.body.length : troubleOf(outcome.reason),
    );
  }

  it('ends the largest where they exceed it together, and is free again afterwards', async () => {
    const desk = createDesk();
    await using pair = await startPair((_request, response) => desk.take(response), { maxBodies: 4 * LARGE });
    for (let round = 0; round < 3; round += 1) {
      const sizes = [LARGE, 1.5 * LARGE, 2 * LARGE];
      expect(await receive(pair, desk, sizes)).toEqual([LARGE, 1.5 * LARGE, 'unreadable']);
      expect(await receive(pair, desk, [LARGE, LARGE, LARGE, LARGE])).toEqual(Array(4).fill(LARGE));
    }
  });

  it('is no limit for small answers', async () => {
    const desk = createDesk();
    await using pair = await startPair((_request, response) => desk.take(response), { maxBodies: LARGE });
    expect(await receive(pair, desk, [60_000, 60_000, 60_000])).toEqual([60_000, 60_000, 60_000]);
  });

  it('is given back by calls that end early', async () => {
    const desk = createDesk();
    await using pair = await startPair((_request, response) => desk.take(response), { maxBodies: 2 * LARGE });
    for (let round = 0; round < 3; round += 1) {
      const caller = new AbortController();
      desk.kept.length = 0;
      const left = pair.upstream.get({ path: '/', signal: caller.signal });
      await desk.holds(1);
      desk.kept[0]?.write('x'.repeat(1.5 * LARGE));
      await new Promise((resolve) => setTimeout(resolve, 20));
      caller.abort(new Error('left'));
      await expect(left).rejects.toThrow('left');
    }
    expect(await receive(pair, desk, [LARGE, 0.9 * LARGE])).toEqual([LARGE, 0.9 * LARGE]);
  });
});

describe('a caller that leaves', () => {
  const reason = new Error('The client has left');

  it('is rejected with its own reason, and the call ends', async () => {
    const desk = createDesk();
    let cut: Promise<unknown> | undefined;
    await using pair = await startPair((_request, response) => {
      cut = once(response, 'close');
      desk.take(response);
    });
    const caller = new AbortController();
    const call = pair.upstream.get({ path: '/', signal: caller.signal });
    await desk.holds(1);
    caller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await cut;
  });

  it('is rejected with its own reason while the body arrives', async () => {
    const desk = createDesk();
    await using pair = await startPair((_request, response) => {
      response.writeHead(200).write('half of it', () => desk.take(response));
    });
    const caller = new AbortController();
    const call = pair.upstream.get({ path: '/', signal: caller.signal });
    await desk.holds(1);
    caller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  it('makes no call where it had left before', async () => {
    await using pair = await startPair((_request, response) => response.end());
    const call = pair.upstream.get({ path: '/', signal: AbortSignal.abort(reason) });
    await expect(call).rejects.toBe(reason);
    expect(pair.server.received).toEqual([]);
  });

  it('does not affect other calls', async () => {
    const desk = createDesk();
    await using pair = await startPair((_request, response) => desk.take(response));
    const caller = new AbortController();
    const leaving = pair.upstream.get({ path: '/', signal: caller.signal });
    await desk.holds(1);
    const staying = pair.upstream.get({ path: '/' });
    await desk.holds(2);
    caller.abort(reason);
    await expect(leaving).rejects.toBe(reason);
    desk.kept[1]?.end('done');
    expect((await staying).body).toBe('done');
  });

  it('while its call waits for a connection uses none, and is rejected when there is one', async () => {
    const desk = createDesk();
    await using pair = await startPair((_request, response) => desk.take(response), { connections: 1 });
    const first = pair.upstream.get({ path: '/first' });
    await desk.holds(1);
    const callers = Array.from({ length: 20 }, () => new AbortController());
    const rejections: unknown[] = [];
    const left = callers.map(({ signal }) =>
      pair.upstream.get({ path: '/left', signal }).catch((error) => rejections.push(error)),
    );
    const last = pair.upstream.get({ path: '/last' });
    for (const caller of callers) caller.abort(reason);
    await new Promise(setImmediate);
    expect(rejections).toEqual([]);
    desk.kept[0]?.end('first');
    await desk.holds(2);
    desk.kept[1]?.end('last');
    expect([(await first).body, (await last).body]).toEqual(['first', 'last']);
    await Promise.all(left);
    expect(rejections).toEqual(Array(20).fill(reason));
    expect(pair.server.received.map(({ path }) => path)).toEqual(['/first', '/last']);
    expect(pair.server.connections).toBe(1);
  });

  it('while no connection can be made is rejected by the time limit of connecting', async () => {
    await using silent = await startSilence();
    const upstream = createUpstream({ url: silent.url, connections: 1, timeout: SHORT });
    const caller = new AbortController();
    const call = upstream.get({ path: '/', signal: caller.signal });
    caller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await upstream.close();
  });

  it('has no effect after the answer', async () => {
    await using pair = await startPair((_request, response) => response.end('done'));
    const caller = new AbortController();
    expect((await pair.upstream.get({ path: '/', signal: caller.signal })).body).toBe('done');
    caller.abort(reason);
    expect((await pair.upstream.get({ path: '/' })).body).toBe('done');
  });
});

describe('a connection that fails', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['a cut connection', (socket) => socket.destroy()],
    ['a reset connection', (socket) => socket.resetAndDestroy()],
    ['bytes that are no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    ['half of the headers', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le')],
    ['half of a body', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')],
    [
      'chunks that break off',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel'),
    ],
    ['headers without end', (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`)],
  ])('is UPSTREAM_UNAVAILABLE: %s', async (_what, answer) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => answer(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const upstream = createUpstream({ url: `http://127.0.0.1:${port}`, connections: 1, timeout: TIMEOUT });
    try {
      await expect(upstream.get({ path: '/' })).rejects.toMatchObject({
        ...UPSTREAM_UNAVAILABLE,
        message: 'No answer',
        cause: expect.any(Error),
      });
    } finally {
      await upstream.close();
      server.close();
    }
  });

  it('is UPSTREAM_UNAVAILABLE where it is refused', async () => {
    const server = await startHttpServer((_request, response) => response.end());
    await server[Symbol.asyncDispose]();
    const upstream = createUpstream({ url: server.url, connections: 1, timeout: TIMEOUT });
    await expect(upstream.get({ path: '/' })).rejects.toMatchObject(UPSTREAM_UNAVAILABLE);
    await upstream.close();
  });

  it('is named by its code, also where the upstream has several addresses', async () => {
    const server = await startHttpServer((_request, response) => response.end());
    await server[Symbol.asyncDispose]();
    const url = server.url.replace('127.0.0.1', 'localhost');
    const upstream = createUpstream({ url, connections: 1, timeout: TIMEOUT });
    const error = await upstream.get({ path: '/' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      cause: { code: 'ECONNREFUSED', message: expect.stringContaining('ECONNREFUSED') },
    });
    await upstream.close();
  });

  it('says in a few words that the other side does not speak TLS', async () => {
    await using pair = await startPair((_request, response) => response.end());
    const url = pair.server.url.replace('http:', 'https:');
    const upstream = createUpstream({ url, connections: 1, timeout: TIMEOUT });
    const error = await upstream.get({ path: '/' }).catch((reason: unknown) => reason);
    const { cause } = error as { readonly cause: Error };
    expect(cause.message).toMatch(/^[\w ]{5,40} \(ERR_SSL_\w+\)$/);
    expect(troubleOf(error)).toBe('connection');
    await upstream.close();
  });
});

describe('a closed client', () => {
  it('waits for the running calls, and takes no others', async () => {
    const desk = createDesk();
    await using server = await startHttpServer((_request, response) => desk.take(response));
    const upstream = createUpstream({ url: server.url, connections: 4, timeout: TIMEOUT });
    const call = upstream.get({ path: '/' });
    await desk.holds(1);
    const closed = upstream.close();
    await expect(upstream.get({ path: '/' })).rejects.toMatchObject(UPSTREAM_UNAVAILABLE);
    desk.kept[0]?.end('done');
    expect((await call).body).toBe('done');
    await closed;
    expect(server.received).toHaveLength(1);
  });
});
