import type { ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { troubleOf } from '../../src/core/call-trouble.ts';
import { createUpstream } from '../../src/core/http-client.ts';
import type { ProxySettings } from '../../src/core/upstream.ts';
import { type ConnectProxyOptions, startConnectProxy } from '../support/connect-proxy.ts';
import { startHttpServer } from '../support/http-server.ts';

/** A server that can only be reached through the proxy, and a client for it. */
async function startBehindProxy({
  listener = (response) => void response.end('{}'),
  answer = 'tunnel',
  proxy = (url) => ({ http: url }),
  host = 'provider.test',
  connections = 2,
  timeout = 5_000,
}: {
  readonly listener?: (response: ServerResponse) => void;
  readonly answer?: NonNullable<ConnectProxyOptions['answer']>;
  readonly proxy?: (url: string) => Partial<ProxySettings>;
  readonly host?: string;
  readonly connections?: number;
  readonly timeout?: number;
} = {}) {
  const server = await startHttpServer((_request, response) => listener(response));
  const { port } = new URL(server.url);
  const tunnels = await startConnectProxy({ to: Number(port), answer });
  const upstream = createUpstream({
    url: `http://${host}:${port}`,
    connections,
    timeout,
    maxBody: 1_000,
    proxy: { https: undefined, http: undefined, exceptions: undefined, ...proxy(tunnels.url) },
  });
  return {
    server,
    port,
    tunnels,
    upstream,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await tunnels[Symbol.asyncDispose]();
      await upstream.close();
    },
  };
}

describe('a proxy', () => {
  it('is asked for a tunnel, through which calls go one after the other', async () => {
    await using test = await startBehindProxy({ connections: 1 });
    for (let call = 0; call < 10; call += 1)
      expect(
        await test.upstream.get({ path: '/api', headers: { accept: 'application/json' } }),
      ).toMatchObject({
        status: 200,
        body: '{}',
      });
    expect(test.tunnels.asked).toEqual([
      { authority: `provider.test:${test.port}`, authorization: undefined },
    ]);
    expect(test.server.received).toHaveLength(10);
    expect(test.server.received[0]).toMatchObject({
      path: '/api',
      headers: { host: `provider.test:${test.port}`, 'accept-encoding': 'identity' },
    });
  });

  it('gets the user name and password of its URL, and the provider does not', async () => {
    const proxy = (url: string) => ({ http: url.replace('//', '//team:s%40cret@') });
    await using test = await startBehindProxy({ proxy });
    await test.upstream.get({ path: '/' });
    const authorization = `Basic ${Buffer.from('team:s@cret').toString('base64')}`;
    expect(test.tunnels.asked).toMatchObject([{ authorization }]);
    expect(test.server.received[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  it.each([1, 2])(
    'carries %d connections where so many are allowed, each with one call at a time',
    async (connections) => {
      const kept: ServerResponse[] = [];
      await using test = await startBehindProxy({
        connections,
        listener: (response) => (response.req.url === '/probe' ? response.end() : kept.push(response)),
      });
      const calls = Promise.all(Array.from({ length: 6 }, () => test.upstream.get({ path: '/' })));
      for (let ended = 0; ended < 6; ended += connections) {
        await expect.poll(() => kept.length, { interval: 1 }).toBe(ended + connections);
        // What was sent before this has arrived before it as well.
        await fetch(`${test.server.url}/probe`);
        expect(kept.length).toBe(ended + connections);
        expect(test.tunnels.open).toBe(connections);
        for (const response of kept.slice(ended)) response.end('done');
      }
      expect((await calls).map(({ body }) => body)).toEqual(Array(6).fill('done'));
      expect(test.tunnels.asked).toHaveLength(connections);
    },
  );

  it('is used for https by HTTPS_PROXY, else by HTTP_PROXY', async () => {
    await using test = await startBehindProxy({ answer: 403 });
    for (const proxy of [{ https: test.tunnels.url }, { http: test.tunnels.url }]) {
      const upstream = createUpstream({
        url: 'https://provider.test',
        connections: 1,
        timeout: 5_000,
        proxy: { https: undefined, http: undefined, exceptions: undefined, ...proxy },
      });
      await expect(upstream.get({ path: '/' })).rejects.toThrow();
      await upstream.close();
    }
    expect(test.tunnels.asked.map(({ authority }) => authority)).toEqual(Array(2).fill('provider.test:443'));
  });

  it.each<[string, (url: string) => Partial<ProxySettings>]>([
    ['HTTPS_PROXY, for http', (url) => ({ https: url })],
    ['NO_PROXY with the host', (url) => ({ http: url, exceptions: 'example.com, 127.0.0.1' })],
    ['NO_PROXY with *', (url) => ({ http: url, exceptions: '*' })],
    ['no proxy', () => ({})],
  ])('is not used by %s', async (_what, proxy) => {
    await using test = await startBehindProxy({ proxy, host: '127.0.0.1' });
    expect(await test.upstream.get({ path: '/' })).toMatchObject({ body: '{}' });
    expect(test.tunnels.asked).toEqual([]);
  });

  it('is not looked for in the environment of the process, which the configuration has read', async () => {
    await using test = await startBehindProxy({ proxy: (url) => ({ https: url }), host: '127.0.0.1' });
    vi.stubEnv('HTTP_PROXY', test.tunnels.url);
    const upstream = createUpstream({
      url: test.server.url,
      connections: 1,
      timeout: 5_000,
      proxy: { https: test.tunnels.url, http: undefined, exceptions: undefined },
    });
    vi.unstubAllEnvs();
    expect(await upstream.get({ path: '/' })).toMatchObject({ body: '{}' });
    await upstream.close();
    expect(test.tunnels.asked).toEqual([]);
  });

  it('does not lift the cap of a body', async () => {
    await using test = await startBehindProxy({ listener: (response) => response.end('x'.repeat(1_001)) });
    const error = await test.upstream.get({ path: '/' }).catch((reason: unknown) => reason);
    expect(troubleOf(error)).toBe('unreadable');
  });

  it.each<[string, ConnectProxyOptions['answer'], number]>([
    ['asks for a password', 407, 5_000],
    ['refuses', 403, 5_000],
    ['does not reach the provider', 502, 5_000],
    ['does not answer', 'silence', 250],
  ])('that %s is a connection that cannot be made', async (_what, answer, timeout) => {
    await using test = await startBehindProxy({ answer: answer ?? 'tunnel', timeout });
    const caller = new AbortController();
    const call = test.upstream.get({ path: '/', signal: caller.signal });
    const error = await call.catch((reason: unknown) => reason);
    expect(troubleOf(error)).toBe('connection');
  });

  it('that is not there is a connection that cannot be made, and no secret is in the error', async () => {
    const proxy = () => ({ http: 'http://team:s3cret@127.0.0.1:1' });
    await using test = await startBehindProxy({ proxy });
    const error: unknown = await test.upstream.get({ path: '/' }).catch((reason: unknown) => reason);
    expect(troubleOf(error)).toBe('connection');
    for (let each = error; each instanceof Error; each = each.cause)
      expect(`${each.stack} ${JSON.stringify(each)}`).not.toMatch(/s3cret|czNjcmV0/);
  });
});
