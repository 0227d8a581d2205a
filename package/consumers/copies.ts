// Errors of one copy of the class in another: `./server` is a bundle with a copy of its own, the other entries share one.
import { deepEqual, equal, notEqual, throws } from 'node:assert/strict';
import { AuthError, createAuth } from 'stack-auth-graphql';
import { errorResponse } from 'stack-auth-graphql/fetch';
import { AppError, createServer, defineApp } from 'stack-auth-graphql/server';
import { startEmulator } from 'stack-auth-graphql/testing';
import { verifyWebhook, AuthError as WebhookError } from 'stack-auth-graphql/webhooks';

const emulator = await startEmulator();
const { projectId, secretServerKey, url: apiUrl } = emulator;
const { id } = await emulator.addUser({ displayName: 'Ada' });
const [token, forged] = [await emulator.token(id), await emulator.token(id, { forged: true })];
const auth = createAuth({ projectId, secretServerKey, apiUrl });
const unsigned = { headers: {}, body: '{}' };

const app = defineApp({
  schema(builder) {
    const field = (name: string, resolve: () => Promise<unknown>) =>
      builder.queryField(name, (t) =>
        t.string({ nullable: true, resolve: async () => String(await resolve()) }),
      );
    field('name', async () => {
      const principal = await auth.authenticate({ 'x-stack-access-token': token });
      return principal && (await auth.profile(principal)).displayName;
    });
    field('forged', () => auth.authenticate({ 'x-stack-access-token': forged }));
    field('thrown', () => {
      throw new AuthError('Not yours', { code: 'FORBIDDEN', reason: 'NOT_OWNER' });
    });
    field('unsigned', () => verifyWebhook(unsigned, 'whsec_c2VjcmV0IG9mIGEgdGVzdA=='));
    field('bug', () => {
      throw new AuthError('A secret', { code: 'INTERNAL_SERVER_ERROR' });
    });
  },
});
const server = await createServer(app, {
  STACK_PROJECT_ID: projectId,
  STACK_SECRET_SERVER_KEY: secretServerKey,
  STACK_API_URL: apiUrl,
  LOG_LEVEL: 'silent',
});
const answer = await server.fetch(
  new Request('http://localhost/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ name forged thrown unsigned bug }' }),
  }),
);
const { data, errors } = (await answer.json()) as {
  readonly data: unknown;
  readonly errors: readonly {
    readonly message: string;
    readonly path: readonly string[];
    readonly extensions: { readonly code: string; readonly reason?: string };
  }[];
};
deepEqual(data, { name: 'Ada', forged: null, thrown: null, unsigned: null, bug: null });
deepEqual(
  Object.fromEntries(
    errors.map(({ path, message, extensions: { code, reason } }) => [path[0], [message, code, reason]]),
  ),
  {
    forged: ['Invalid or expired access token', 'UNAUTHENTICATED', 'INVALID_TOKEN'],
    thrown: ['Not yours', 'FORBIDDEN', 'NOT_OWNER'],
    unsigned: ['The webhook has no good signature', 'BAD_REQUEST', undefined],
    bug: ['Unexpected error', 'INTERNAL_SERVER_ERROR', undefined],
  },
);

const classes: readonly unknown[] = [AuthError, AppError];
notEqual(classes[0], classes[1]);
deepEqual([AuthError.name, AppError.name], ['AppError', 'AppError']);
const ofServer: unknown = new AppError('Slow down', { code: 'RATE_LIMITED', retryAfter: 7 });
equal(ofServer instanceof AuthError && ofServer instanceof WebhookError, true);
const refused = errorResponse(ofServer);
deepEqual([refused.status, refused.headers.get('retry-after')], [429, '7']);
deepEqual(await refused.json(), { error: 'Slow down', code: 'RATE_LIMITED' });
const ofWebhooks: unknown = await verifyWebhook(unsigned, 'whsec_c2VjcmV0IG9mIGEgdGVzdA==').catch(
  (error) => error,
);
equal(ofWebhooks instanceof AppError && ofWebhooks.status, 400);
equal(errorResponse(ofWebhooks).status, 400);
throws(() => errorResponse(new Error('Not ours')), /Not ours/);

await auth.close();
await server.close();
await emulator.close();
