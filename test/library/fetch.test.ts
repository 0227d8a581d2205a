import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorResponse, withAuth } from '../../src/library/fetch.ts';
import { AuthError } from '../../src/library/index.ts';
import { startTestAuth, type TestAuth } from '../support/test-auth.ts';

let test: TestAuth;
beforeAll(async () => {
  test = await startTestAuth();
});
afterAll(() => test[Symbol.asyncDispose]());

const requestWith = (headers: Record<string, string> = {}, init: RequestInit = {}) =>
  new Request('http://api.test/me', { headers, ...init });

async function shown(answer: Response | Promise<Response>) {
  const response = await answer;
  const { status, headers } = response;
  return { status, headers: Object.fromEntries(headers), body: (await response.json()) as unknown };
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };

describe('withAuth', () => {
  it('gives the handler the user, the profile, and what the framework passes', async () => {
    const GET = withAuth(test.auth, async (request, { user, profile }, params: { id: string }) =>
      Response.json([request.url, user?.id, (await profile()).displayName, params.id]),
    );
    const { body } = await shown(GET(requestWith(await test.headersOf('ada')), { id: '7' }));
    expect(body).toEqual(['http://api.test/me', test.emulator.people.ada.id, 'Ada Lovelace', '7']);
  });

  it('answers 401 without a token, and does not call the handler', async () => {
    let calls = 0;
    const handler = withAuth(test.auth, () => {
      calls += 1;
      return new Response();
    });
    for (const method of ['GET', 'POST', 'OPTIONS'])
      expect(await shown(handler(requestWith({}, { method })))).toEqual({
        status: 401,
        headers: { ...JSON_HEADERS, 'www-authenticate': 'Bearer realm="graphql"' },
        body: { error: 'Access token required', code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' },
      });
    expect(calls).toBe(0);
  });

  it('refuses a bad token also where none is required', async () => {
    const options = { required: false };
    const handler = withAuth(test.auth, (_request, { user }) => Response.json(user ?? null), options);
    expect((await shown(handler(requestWith()))).body).toBeNull();
    const forged = { 'x-stack-access-token': await test.mint('ada', { forged: true }) };
    expect(await shown(handler(requestWith(forged)))).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="graphql", error="invalid_token"' },
      body: { code: 'UNAUTHENTICATED', reason: 'INVALID_TOKEN' },
    });
  });

  it('answers what a profile is refused with', async () => {
    const handler = withAuth(test.auth, async (_request, { profile }) => Response.json(await profile()), {
      required: false,
    });
    const missing = await shown(handler(requestWith()));
    expect(missing).toMatchObject({ status: 401, body: { reason: 'MISSING_TOKEN' } });
    const heal = test.emulator.control.fail('profile', { kind: 'status', status: 500 });
    const down = await shown(handler(requestWith(await test.headersOf('grace'))));
    heal();
    expect(down.status).toBe(502);
    expect(down.body).toEqual({
      error: 'The identity provider is unavailable',
      code: 'UPSTREAM_UNAVAILABLE',
    });
  });

  it('asks once for a profile in a request, whatever the TTL', async () => {
    await using own = await startTestAuth({ profileCacheTtl: 0 });
    const handler = withAuth(own.auth, async (_request, { profile }) =>
      Response.json([await profile(), await profile()].length),
    );
    await handler(requestWith(await own.headersOf('ada')));
    expect(own.emulator.control.calls().profile).toBe(1);
  });

  it('lets other errors of the handler pass', async () => {
    const bug = new TypeError('a bug');
    const handler = withAuth(test.auth, () => {
      throw bug;
    });
    await expect(handler(requestWith(await test.headersOf('ada')))).rejects.toBe(bug);
  });

  it('counts failed verifications by the address that its option reads', async () => {
    const handler = withAuth(test.auth, () => new Response(), {
      address: (request) => request.headers.get('x-real-ip') ?? undefined,
    });
    const statuses = new Set<number>();
    for (let time = 0; time < 61; time += 1) {
      const token = await test.mint('ada', { forged: true });
      const request = requestWith({ 'x-stack-access-token': token, 'x-real-ip': '203.0.113.9' });
      statuses.add((await handler(request)).status);
    }
    expect(statuses).toEqual(new Set([401, 429]));
  });

  it('ends the wait for a profile when the client leaves', async () => {
    await using own = await startTestAuth();
    const gate = own.emulator.control.hold('profile');
    const client = new AbortController();
    const handler = withAuth(own.auth, async (_request, { profile }) => Response.json(await profile()));
    const answer = handler(requestWith(await own.headersOf('ada'), { signal: client.signal }));
    await gate.arrived(1);
    client.abort(new Error('left'));
    await expect(answer).rejects.toThrow('left');
    gate.release();
  });

  it.each([{ required: 'no' }, { address: '127.0.0.1' }, { require: false }, null, 7, 'required'])(
    'refuses %o',
    (options) => {
      expect(() => withAuth(test.auth, () => new Response(), options as object)).toThrow(
        expect.objectContaining({ code: 'INVALID_CONFIGURATION' }),
      );
    },
  );
});

describe('errorResponse', () => {
  it('answers errors of a team, with their own status and headers', async () => {
    const error = new AuthError('Not yours', {
      code: 'FORBIDDEN',
      reason: 'NOT_OWNER',
      headers: { 'x-hint': 'ask the owner' },
    });
    expect(await shown(errorResponse(error))).toMatchObject({
      status: 403,
      headers: { 'x-hint': 'ask the owner' },
      body: { error: 'Not yours', code: 'FORBIDDEN', reason: 'NOT_OWNER' },
    });
  });

  it.each(['INTERNAL_SERVER_ERROR', 'INVALID_CONFIGURATION'] as const)('masks %s', async (code) => {
    const error = new AuthError('ssk_secret is wrong', { code, status: 418, headers: { 'x-secret': 'a' } });
    expect(await shown(errorResponse(error))).toEqual({
      status: 500,
      headers: JSON_HEADERS,
      body: { error: 'Unexpected error', code: 'INTERNAL_SERVER_ERROR' },
    });
  });

  it.each([new Error('other'), 'text', null])('throws %s again', (error) => {
    expect(() => errorResponse(error)).toThrow();
  });
});
