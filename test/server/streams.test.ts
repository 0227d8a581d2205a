import { describe, expect, it } from 'vitest';
import { createClock } from '../support/clock.ts';
import { openRaw } from '../support/raw-http.ts';
import { eventually, startStreams, type Transport } from '../support/test-streams.ts';

const HOUR = 3_600_000;
const EXPIRED = {
  message: 'Invalid or expired access token',
  extensions: { code: 'UNAUTHENTICATED', reason: 'EXPIRED_TOKEN' },
};
const SHUTTING_DOWN = {
  message: 'The server is shutting down',
  extensions: { code: 'SERVICE_UNAVAILABLE', retryAfter: 1 },
};
const TRANSPORTS: readonly Transport[] = ['http', 'in process'];

describe.each(TRANSPORTS)('a stream that is read by %s', (transport) => {
  it.each([
    ['its source never yields', 'silent', 'n', []],
    ['it waits for the next event', 'one', 'n', [{ data: { tick: { n: 1 } } }]],
    ['an event is being executed', 'one', 'slow', []],
  ])('ends with its token, and closes its source, while %s', async (_while, kind, selection, before) => {
    const clock = createClock();
    await using server = await startStreams({ transport, clock });
    const token = await server.mint(server.ada.id, 60);
    const stream = await server.open(kind, { token, selection });
    const rest = stream.rest();
    await eventually(() => server.watched.pulled).toBe(before.length + 1);
    clock.advance(60_000);
    expect(await rest).toEqual({ events: [...before, { errors: [EXPIRED] }], completed: true });
    expect(server.watched).toMatchObject({ returned: 1, aborted: 1, cancelled: server.watched.executing });
    expect(server.streams()).toBe(0);
    await eventually(server.logged).toMatchObject([
      { status: 200, codes: ['UNAUTHENTICATED'], ended: 'expired', events: before.length },
    ]);
  });

  it.each([
    ['its source never yields', 'silent', 'n', []],
    ['it waits for the next event', 'one', 'n', [{ data: { tick: { n: 1 } } }]],
    ['an event is being executed', 'one', 'slow', []],
  ])('ends with an error when draining begins, while %s', async (_while, kind, selection, before) => {
    await using server = await startStreams({ transport });
    const rest = (await server.open(kind, { selection })).rest();
    await eventually(() => server.watched.pulled).toBe(before.length + 1);
    server.test.services.health.drain();
    expect(server.streams()).toBe(0);
    expect(await rest).toEqual({ events: [...before, { errors: [SHUTTING_DOWN] }], completed: true });
    expect(server.watched).toMatchObject({ returned: 1, aborted: 1, cancelled: server.watched.executing });
    await eventually(server.logged).toMatchObject([{ codes: ['SERVICE_UNAVAILABLE'], ended: 'draining' }]);
  });

  it('refuses a subscription as a whole once draining has begun, and answers everything else', async () => {
    await using server = await startStreams({ transport });
    const starting = server.open('starting');
    await eventually(() => server.streams()).toBe(1);
    server.test.services.health.drain();
    for (const { response } of [await starting, await server.open('one')]) {
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await response.text()).toContain('"code":"SERVICE_UNAVAILABLE"');
    }
    expect(await (await server.send('{ n }', {})).json()).toEqual({ data: { n: 1 } });
    expect(server.watched.pulled).toBe(0);
  });

  it('closes its source when the client leaves while it never yields', async () => {
    await using server = await startStreams({ transport });
    const stream = await server.open('silent');
    await eventually(() => server.watched.pulled).toBe(1);
    await stream.close();
    await eventually(() => server.watched).toMatchObject({ returned: 1, aborted: 1 });
    await eventually(server.logged).toMatchObject([{ ended: 'client', events: 0 }]);
    expect(server.streams()).toBe(0);
  });

  it('closes its source when the request is aborted', async () => {
    await using server = await startStreams({ transport });
    const abort = new AbortController();
    const query = 'subscription { tick(kind: "silent") { n } }';
    await server.send(query, { accept: 'text/event-stream' }, abort.signal);
    await eventually(() => server.watched.pulled).toBe(1);
    abort.abort();
    await eventually(() => server.watched).toMatchObject({ returned: 1, aborted: 1 });
    expect(server.streams()).toBe(0);
  });

  it('answers a source that fails as a last event, masked and logged', async () => {
    await using server = await startStreams({ transport });
    expect(await (await server.open('failing')).rest()).toMatchObject({
      events: [{ errors: [{ message: 'Unexpected error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] }],
      completed: true,
    });
    await eventually(server.logged).toMatchObject([{ ended: 'failed' }]);
    expect(server.test.logged.join('')).toContain('a bug of the source');
  });

  it('is logged with its events when its source completes', async () => {
    await using server = await startStreams({ transport });
    expect(await (await server.open('two')).rest()).toEqual({
      events: [1, 2].map((n) => ({ data: { tick: { n } } })),
      completed: true,
    });
    await eventually(server.logged).toMatchObject([{ status: 200, ended: 'completed', events: 2 }]);
    expect(server.watched.aborted).toBe(0);
  });

  it('does not ask its source for more than the client reads', async () => {
    await using server = await startStreams({ transport });
    const unread = await server.open('endless', { selection: 'large' });
    const read = (await server.open('two', { selection: 'large' })).rest();
    await read;
    // What the buffers of a connection hold, and not what a source can yield meanwhile.
    await eventually(() => server.watched.pulled).toBeGreaterThan(1);
    let before = 0;
    await eventually(() => {
      const more = server.watched.pulled - before;
      before = server.watched.pulled;
      return more;
    }).toBe(0);
    expect(server.watched.pulled).toBeLessThan(200);
    await unread.close();
  });

  it('is refused with 406, and its source closed, where the client does not accept events', async () => {
    await using server = await startStreams({ transport });
    const query = 'subscription { tick(kind: "silent") { n } }';
    const refused = await server.send(query, { accept: 'application/json' });
    expect(refused.status).toBe(406);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    await eventually(() => server.watched.returned).toBe(1);
    await eventually(() => server.streams()).toBe(0);
    expect(server.logged()).toEqual([]);
  });
});

describe('the end of a token', () => {
  it('comes neither earlier nor later when the wall clock is corrected', async () => {
    const clock = createClock();
    await using server = await startStreams({ clock });
    const open = async (seconds: number) =>
      server.open('silent', { token: await server.mint(server.ada.id, seconds) });
    const first = await open(60);
    const second = await open(120);
    // Longer than a timer of Node can wait for.
    const last = await open(90 * 24 * 3600);
    expect(server.streams()).toBe(3);
    clock.stepWall(HOUR);
    clock.advance(60_000);
    await first.rest();
    expect(server.streams()).toBe(2);
    clock.stepWall(-2 * HOUR);
    clock.advance(60_000);
    await second.rest();
    expect(server.streams()).toBe(1);
    await last.close();
  });

  it('is no later than the provider meant it, where the wall clock was wrong', async () => {
    const clock = createClock();
    await using server = await startStreams({ clock });
    const token = await server.mint(server.ada.id, 60);
    clock.stepWall(-HOUR);
    const rest = (await server.open('silent', { token })).rest();
    await eventually(server.streams).toBe(1);
    clock.advance(60_000);
    expect((await rest).events).toEqual([{ errors: [EXPIRED] }]);
  });

  it('refuses a subscription, like any request, whose token is within the tolerance of clocks', async () => {
    const clock = createClock();
    await using server = await startStreams({ clock });
    const token = await server.mint(server.ada.id, 60);
    clock.advance(61_000);
    const { response } = await server.open('one', { token });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('invalid_token');
    expect(await response.text()).toContain('"reason":"EXPIRED_TOKEN"');
  });
});

describe('the limits of streams', () => {
  const refusalOf = async ({ response }: { readonly response: Response }) => {
    const [, data] = /^data: (.+)$/m.exec(await response.text()) ?? [];
    const { code, reason } = JSON.parse(data ?? '{}').errors[0].extensions;
    return { status: response.status, code, reason, retryAfter: response.headers.get('retry-after') };
  };
  const TOO_MANY = {
    status: 429,
    code: 'RATE_LIMITED',
    reason: 'MAX_STREAMS_PER_USER',
    retryAfter: expect.stringMatching(/^\d+$/),
  };

  it('are counted by user, and by address without a token', async () => {
    const limits: unknown[] = [];
    await using server = await startStreams({ env: { MAX_STREAMS_PER_USER: '2', MAX_IN_FLIGHT: '1' } });
    server.test.services.events.subscribe((event) => event.kind === 'limit' && limits.push(event.limit));
    const tokens = [await server.mint(server.ada.id), await server.mint(server.grace.id), undefined];
    const opened = [];
    for (const token of tokens) {
      for (const _each of [1, 2]) opened.push(await server.open('silent', { token }));
      expect(await refusalOf(await server.open('silent', { token }))).toEqual(TOO_MANY);
    }
    expect(opened.map(({ response }) => response.status)).toEqual(new Array(6).fill(200));
    expect(server.streams()).toBe(6);
    expect(limits).toEqual(new Array(3).fill('MAX_STREAMS_PER_USER'));
    await opened[0]?.close();
    await eventually(server.streams).toBe(5);
    const again = await server.open('silent', { token: tokens[0] });
    expect(again.response.status).toBe(200);
    await Promise.all([...opened, again].slice(1).map((stream) => stream.close()));
  });

  it('do not count a stream that has ended, though its end has not been read', async () => {
    const clock = createClock();
    await using server = await startStreams({
      clock,
      transport: 'in process',
      env: { MAX_STREAMS_PER_USER: '1' },
    });
    const unread = await server.open('silent', { token: await server.mint(server.ada.id, 60) });
    clock.advance(60_000);
    await eventually(server.streams).toBe(0);
    const next = await server.open('silent', { token: await server.mint(server.ada.id, 60) });
    expect(next.response.status).toBe(200);
    await Promise.all([unread.close(), next.close()]);
  });

  it('let anonymous users of one address have a tenth of all streams', async () => {
    await using server = await startStreams({ env: { MAX_STREAMS_PER_USER: '1', MAX_STREAMS: '20' } });
    const { control } = server.test.emulator;
    const opened = [];
    const anonymous = () => server.mint(control.createUser({ kind: 'anonymous' }).id);
    for (const _user of [1, 2]) opened.push(await server.open('silent', { token: await anonymous() }));
    expect(await refusalOf(await server.open('silent', { token: await anonymous() }))).toEqual(TOO_MANY);
    opened.push(await server.open('silent', { token: await server.mint(server.ada.id) }));
    expect(opened.map(({ response }) => response.status)).toEqual([200, 200, 200]);
    await Promise.all(opened.map((stream) => stream.close()));
  });

  it('are counted in all', async () => {
    await using server = await startStreams({ env: { MAX_STREAMS: '1' } });
    const only = await server.open('silent', { token: await server.mint(server.ada.id) });
    const next = await server.open('silent', { token: await server.mint(server.grace.id) });
    expect(await refusalOf(next)).toEqual({
      status: 503,
      code: 'OVERLOADED',
      reason: 'MAX_STREAMS',
      retryAfter: '1',
    });
    await only.close();
  });
});

describe('the connection of a stream', () => {
  it('ends with it, and says so from the beginning', async () => {
    await using server = await startStreams();
    const stream = await server.open('silent');
    expect(stream.response.headers.get('connection')).toBe('close');
    await stream.close();
  });
});

describe('a client that reads nothing of the end of a stream', () => {
  it('is cut', async () => {
    await using server = await startStreams();
    const body = JSON.stringify({ query: 'subscription { tick(kind: "endless") { large } }' });
    const { socket, ended } = await openRaw(server.test.url);
    socket.pause();
    socket.write(
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n' +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await eventually(() => server.watched.pulled).toBeGreaterThan(10);
    server.test.services.health.drain();
    await eventually(server.logged).toMatchObject([{ status: 499, ended: 'draining' }]);
    socket.destroy();
    await ended;
  });
});
