import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuthOptions } from '../../src/library/auth/types.ts';
import { authMiddleware } from '../../src/library/node.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { startTestAuth, type TestAuth } from '../support/test-auth.ts';
import { until } from '../support/until.ts';

let test: TestAuth;
beforeAll(async () => {
  test = await startTestAuth();
});
afterAll(() => test[Symbol.asyncDispose]());

/** A server of node:http whose handler stands behind the middleware. `passed` holds what it handed to `next`. */
async function startGuarded(
  options?: AuthOptions<IncomingMessage>,
): Promise<HttpServer & { readonly passed: unknown[] }> {
  const guard = authMiddleware(test.auth, options);
  const passed: unknown[] = [];
  const server = await startHttpServer((req, res) => {
    res.setHeader('access-control-allow-origin', 'https://app.test');
    guard(req, res, (error) => {
      passed.push(error);
      const { user, profile } = req.auth ?? {};
      profile?.().then(
        ({ displayName }) => res.end(JSON.stringify([user?.id, displayName])),
        ({ code, reason }) => res.end(JSON.stringify([user?.id ?? null, code, reason])),
      );
    });
  });
  return Object.assign(server, { passed });
}

describe('authMiddleware', () => {
  it('sets req.auth, and calls next without an error', async () => {
    await using server = await startGuarded();
    const answer = await fetch(server.url, { headers: await test.headersOf('ada') });
    expect(await answer.json()).toEqual([test.emulator.people.ada.id, 'Ada Lovelace']);
    expect(server.passed).toEqual([undefined]);
  });

  it('answers refusals itself, and keeps headers that are set', async () => {
    await using server = await startGuarded();
    for (const [headers, reason] of [
      [{}, 'MISSING_TOKEN'],
      [{ authorization: 'Bearer garbage' }, 'INVALID_TOKEN'],
    ] as const) {
      const answer = await fetch(server.url, { method: 'POST', headers, body: 'x'.repeat(100_000) });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toEqual({
        error: expect.any(String),
        code: 'UNAUTHENTICATED',
        reason,
      });
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'access-control-allow-origin': 'https://app.test',
        'content-type': 'application/json; charset=utf-8',
        'www-authenticate': expect.stringContaining('Bearer realm="graphql"'),
      });
    }
    expect(server.passed).toEqual([]);
  });

  it('refuses two tokens, of which Node would drop one', async () => {
    await using server = await startGuarded();
    const headers = ['host', 'api.test'];
    for (const name of ['ada', 'grace'] as const)
      headers.push('authorization', `Bearer ${await test.mint(name)}`);
    const sent = request(server.url, { headers });
    const [answer] = (await once(sent.end(), 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(401);
    answer.resume();
  });

  it('answers HEAD without a body', async () => {
    await using server = await startGuarded();
    const answer = await fetch(server.url, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([401, '']);
  });

  it('lets requests without a token pass where none is required, and no bad token', async () => {
    await using server = await startGuarded({ required: false });
    expect(await (await fetch(server.url)).json()).toEqual([null, 'UNAUTHENTICATED', 'MISSING_TOKEN']);
    const forged = { 'x-stack-access-token': await test.mint('ada', { forged: true }) };
    expect((await fetch(server.url, { headers: forged })).status).toBe(401);
  });

  it('ends the wait for a profile when the client disconnects', async () => {
    const gate = test.emulator.control.hold('profile');
    const { calls } = test.emulator.control;
    const codes: unknown[] = [];
    const guard = authMiddleware(test.auth);
    await using server = await startHttpServer((req, res) =>
      guard(req, res, () => {
        req.auth?.profile().catch(({ name }) => codes.push(name));
      }),
    );
    const client = request(server.url, { headers: await test.headersOf('linus') }).end();
    client.on('error', () => {});
    await gate.arrived(1);
    client.destroy();
    await until('the wait has ended', () => codes.length > 0);
    expect([codes, calls().profile > 0]).toEqual([['AbortError'], true]);
    gate.release();
  });

  it('passes a bug on to next', async () => {
    const broken = { ...test.auth, authenticate: () => Promise.reject(new TypeError('a bug')) };
    const passed: unknown[] = [];
    const guard = authMiddleware(broken);
    await using server = await startHttpServer((req, res) =>
      guard(req, res, (error) => {
        passed.push(error);
        res.writeHead(500).end();
      }),
    );
    expect((await fetch(server.url)).status).toBe(500);
    expect(passed).toEqual([new TypeError('a bug')]);
  });
});
