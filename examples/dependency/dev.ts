// `npm run dev`: the server on a local identity provider, with a user, and the provider's webhooks. Both start anew on every change.
import { startServer } from 'stack-auth-graphql/server';
import { startEmulator } from 'stack-auth-graphql/testing';
import { app } from './app/app.ts';

const emulator = await startEmulator();
const { url } = await startServer(app, {
  ...process.env,
  STACK_PROJECT_ID: emulator.projectId,
  STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
  STACK_API_URL: emulator.url,
  STACK_WEBHOOK_SECRET: emulator.webhookSecret,
  GRAPHIQL: 'true',
  SHUTDOWN_DELAY: '0',
});
emulator.sendWebhooksTo(`${url}/webhooks`);
const { id } = await emulator.addUser({ displayName: 'Ada Lovelace' });
const headers = { 'x-stack-access-token': await emulator.token(id) };
process.stdout.write(`GraphiQL: ${url}/graphql\nIts headers: ${JSON.stringify(headers)}\n`);
