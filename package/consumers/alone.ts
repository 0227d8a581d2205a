// A project with this package and nothing else: verification, its adapters that need no peer, and the program.
import { deepEqual, equal } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AuthError, createAuth } from 'stack-auth-graphql';
import { withAuth } from 'stack-auth-graphql/fetch';
import { authMiddleware } from 'stack-auth-graphql/node';
import { startEmulator } from 'stack-auth-graphql/testing';
import { verifyWebhook } from 'stack-auth-graphql/webhooks';

const emulator = await startEmulator();
const { id } = await emulator.addUser({ displayName: 'Ada' });
const headers = { 'x-stack-access-token': await emulator.token(id) };
const { projectId, secretServerKey, url: apiUrl } = emulator;
const auth = createAuth({ projectId, secretServerKey, apiUrl });

const principal = await auth.authenticate(headers);
equal(principal?.user.id, id);
const forged = { 'x-stack-access-token': await emulator.token(id, { forged: true }) };
const refusal = await auth.authenticate(forged).catch((error: unknown) => error);
equal(refusal instanceof AuthError && refusal.status, 401);

const answerName = withAuth(auth, async (_request, { profile }) => Response.json(await profile()));
const { displayName } = (await (await answerName(new Request('http://localhost', { headers }))).json()) as {
  displayName: string;
};
equal(displayName, 'Ada');

const middleware = authMiddleware(auth);
const server = createServer((req, res) => {
  middleware(req, res, () => res.end(req.auth?.user?.id));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
equal(await (await fetch(`http://127.0.0.1:${port}`, { headers })).text(), id);
server.close();
await auth.close();

const unsigned = await verifyWebhook({ headers: {}, body: '{}' }, 'whsec_c2VjcmV0IG9mIGEgdGVzdA==').catch(
  (error: unknown) => error,
);
equal(unsigned instanceof AuthError && unsigned.status, 400);

const program = spawn(process.execPath, ['node_modules/stack-auth-graphql/bin/main.js'], {
  env: {
    STACK_PROJECT_ID: emulator.projectId,
    STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
    STACK_API_URL: emulator.url,
    HOST: '127.0.0.1',
    PORT: '0',
    SHUTDOWN_DELAY: '0',
    GRAPHIQL: 'true',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const exited = once(program, 'exit');
const [line] = await once(program.stdout, 'data');
const { url } = JSON.parse(String(line)) as { url: string };
const answer = await fetch(`${url}/graphql`, {
  method: 'POST',
  headers: { ...headers, 'content-type': 'application/json' },
  body: JSON.stringify({ query: '{ me { id displayName } }' }),
});
deepEqual(await answer.json(), { data: { me: { id, displayName: 'Ada' } } });
const rest = async (path: string, sent: Record<string, string>) => {
  const response = await fetch(`${url}/api/users/${path}`, { headers: sent });
  return [response.status, await response.json()] as const;
};
deepEqual(await rest('me', headers), [200, { user_id: id, is_anonymous: false }]);
const [, profile] = await rest('me/profile', headers);
deepEqual(Object.keys(profile as object).sort(), [
  'display_name',
  'has_password',
  'id',
  'is_anonymous',
  'last_active_at_millis',
  'oauth_providers',
  'primary_email',
  'primary_email_verified',
  'profile_image_url',
  'signed_up_at_millis',
]);
const MISSING = { error: 'Access token required', code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' };
deepEqual(await rest('me', {}), [401, MISSING]);
const page = await (await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } })).text();
const [script] = /graphiql\/[\w-]+\/graphiql\.js/.exec(page) ?? [];
equal((await fetch(`${url}/${script}`)).status, 200);
program.kill('SIGTERM');
deepEqual(await exited, [0, null]);
await emulator.close();
