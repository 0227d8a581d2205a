// Asks what docs/library.md shows, each example in its file beside this one: without a token, with a bad one, with a good one,
// and while the provider is down. One process, so that the examples share their auth.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { HTTPException } from 'hono/http-exception';
import { AuthError } from 'stack-auth-graphql';
import { startEmulator } from 'stack-auth-graphql/testing';

type Headers = Record<string, string>;
type Ask = (path: string, init: RequestInit) => Promise<Response>;

const emulator = await startEmulator();
const SECRET = 'c2VjcmV0IG9mIGEgdGVzdA==';
Object.assign(process.env, {
  STACK_PROJECT_ID: emulator.projectId,
  STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
  STACK_API_URL: emulator.url,
  STACK_WEBHOOK_SECRET: `whsec_${SECRET}`,
});
const ada = await emulator.addUser({ displayName: 'Ada' });
const headersOf = (token: string): Headers => ({ 'x-stack-access-token': token });
const good = headersOf(await emulator.token(ada.id));
const bad = headersOf(await emulator.token(ada.id, { forged: true }));
const expired = headersOf(await emulator.token(ada.id, { expired: true }));
/** A user whose profile is in no cache when the provider goes down. */
const grace = await emulator.addUser({ displayName: 'Grace' });
const uncached = headersOf(await emulator.token(grace.id));

/** Imports a server, which listens on PORT. */
async function started(load: () => Promise<unknown>): Promise<Ask> {
  const port = await freePort();
  process.env['PORT'] = String(port);
  await load();
  return askAt(port);
}

function askAt(port: number): Ask {
  return async (path, init) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await fetch(`http://localhost:${port}${path}`, init);
      } catch (error) {
        // Some examples return before they listen.
        if (attempt === 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

const handled =
  (handler: (request: Request) => Response | Promise<Response>): Ask =>
  async (path, init) =>
    handler(new Request(`http://localhost${path}`, init));

const { GET } = await import('./next-route.js');
const { default: bun } = await import('./bun.js');
const askHono = await started(() => import('./hono.js'));
const hono = await import('./hono.js');
// Before the first request: Hono takes no route after that.
hono.app.get('/teapot', () => {
  throw new HTTPException(418, { message: 'A teapot' });
});
const rest: readonly (readonly [string, Ask])[] = [
  ['Hono', askHono],
  ['Express', await started(() => import('./express.js'))],
  ['Fastify', await started(() => import('./fastify.js'))],
  ['Next.js', handled(GET)],
];
const graphql = {
  yoga: await started(() => import('./yoga.js')),
  apollo: await started(() => import('./apollo.js')),
  pothos: await started(() => import('./pothos.js')),
};
const webhooks = await started(() => import('./webhooks.js'));
const { greet } = await import('./by-hand.js');
const { yoga: withContext } = await import('./yoga-context.js');

const MISSING = { error: 'Access token required', code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' };
const refusedBy = (reason: string) => ({
  error: 'Invalid or expired access token',
  code: 'UNAUTHENTICATED',
  reason,
});

/** What an example answers has this status and this JSON. */
async function expectJson(example: string, answer: Response, status: number, body: object): Promise<void> {
  deepEqual({ example, status: answer.status, body: await answer.json() }, { example, status, body });
}

for (const [example, ask] of [...rest, ['Bun', handled(bun.fetch)] as const]) {
  const get = (headers: Headers = {}) => ask('/api/me', { headers });
  const refused = await get();
  equal(refused.headers.get('www-authenticate')?.startsWith('Bearer '), true, example);
  equal(refused.headers.get('content-type'), 'application/json; charset=utf-8', example);
  await expectJson(example, refused, 401, MISSING);
  await expectJson(example, await get(bad), 401, refusedBy('INVALID_TOKEN'));
  await expectJson(example, await get(expired), 401, refusedBy('EXPIRED_TOKEN'));
  const profile = example === 'Bun' ? {} : { displayName: 'Ada' };
  await expectJson(example, await get(good), 200, { id: ada.id, ...profile });
}

/** Status, data, and the code, reason and path of each error. */
async function query(ask: Ask, headers: Headers = {}, text = '{ me { id displayName } }'): Promise<unknown> {
  const body = JSON.stringify({ query: text });
  const answer = await ask('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const { data = null, errors = [] } = (await answer.json()) as {
    data?: unknown;
    errors?: { path?: unknown; extensions: { code: string; reason?: string } }[];
  };
  const told = errors.map(({ path, extensions: { code, reason } }) => [code, reason, path]);
  return [answer.status, data, told];
}

deepEqual(await query(graphql.yoga), [200, { me: null }, []]);
deepEqual(await query(graphql.apollo), [401, null, [['UNAUTHENTICATED', 'MISSING_TOKEN', undefined]]]);
deepEqual(await query(graphql.pothos, {}, '{ members }'), [
  200,
  { members: null },
  [['UNAUTHENTICATED', 'MISSING_TOKEN', ['members']]],
]);
const own = [200, { me: { greeting: 'Hello, Ada' }, members: 'for members' }, []];
deepEqual(await query(graphql.pothos, good, '{ me { greeting } members }'), own);
for (const ask of Object.values(graphql)) {
  deepEqual(await query(ask, bad), [401, null, [['UNAUTHENTICATED', 'INVALID_TOKEN', undefined]]]);
  deepEqual(await query(ask, good), [200, { me: { id: ada.id, displayName: 'Ada' } }, []]);
}

const greeting = await withContext.fetch('http://localhost/graphql?query={greeting}', { headers: good });
deepEqual(await greeting.json(), { data: { greeting: 'Books: Ada' } });

// Routes and errors of the reader's own are as before.
const teapot = await askHono('/teapot', {});
deepEqual([teapot.status, await teapot.text()], [418, 'A teapot']);

const byHand = (headers: Headers) => greet(new Request('http://localhost', { headers }));
const refusalOf = async (headers: Headers) => {
  const error = await byHand(headers).catch((reason: unknown) => reason);
  ok(error instanceof AuthError, 'greet');
  return [error.status, error.code, error.reason];
};
equal(await byHand(good), 'Hello, Ada');
deepEqual(await refusalOf({}), [401, 'UNAUTHENTICATED', 'MISSING_TOKEN']);
deepEqual(await refusalOf(bad), [401, 'UNAUTHENTICATED', 'INVALID_TOKEN']);

const event = { 'svix-id': 'msg_1', 'svix-timestamp': String(Math.floor(Date.now() / 1000)) };
const body = JSON.stringify({ type: 'user.updated', data: { id: ada.id } });
const signature = createHmac('sha256', Buffer.from(SECRET, 'base64'))
  .update(`${event['svix-id']}.${event['svix-timestamp']}.${body}`)
  .digest('base64');
const post = (signed: string) =>
  webhooks('/webhooks', { method: 'POST', headers: { ...event, 'svix-signature': `v1,${signed}` }, body });
equal((await post(signature)).status, 204);
equal((await post('bm90IGl0cyBzaWduYXR1cmU=')).status, 400);

const port = await freePort();
const development = spawn(process.execPath, ['dev.js'], {
  env: { PORT: String(port) },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = await once(development.stdout, 'data');
const [, token = ''] = /-H 'x-stack-access-token: ([^']+)'/.exec(String(line)) ?? [];
const answer = await askAt(port)('/api/me', { headers: headersOf(token) });
equal(((await answer.json()) as { displayName: unknown }).displayName, 'Ada Lovelace');
development.kill();

await emulator.close();
for (const [example, ask] of rest) {
  const answer = await ask('/api/me', { headers: uncached });
  const { error, ...told } = (await answer.json()) as { error: unknown };
  deepEqual(
    [example, answer.status, typeof error, told],
    [example, 502, 'string', { code: 'UPSTREAM_UNAVAILABLE' }],
  );
  // Cached profiles are served on.
  await expectJson(example, await ask('/api/me', { headers: good }), 200, { id: ada.id, displayName: 'Ada' });
}
for (const ask of Object.values(graphql)) {
  const failed = [['UPSTREAM_UNAVAILABLE', undefined, ['me', 'displayName']]];
  deepEqual(await query(ask, uncached), [200, { me: { id: grace.id, displayName: null } }, failed]);
}
deepEqual(await refusalOf(uncached), [502, 'UPSTREAM_UNAVAILABLE', undefined]);
// The examples serve until they are killed.
process.exit(0);
