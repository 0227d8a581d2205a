import { deepEqual } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startEmulator } from 'stack-auth-graphql/testing';
import { type AppServer, createServer } from '#server';
import { app } from './app.ts';

const ADD = 'mutation ($url: String!) { addBookmark(url: $url) { url } }';
const emulator = await startEmulator();
let server: AppServer;

before(async () => {
  server = await createServer(app, {
    STACK_PROJECT_ID: emulator.projectId,
    STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
    STACK_API_URL: emulator.url,
    LOG_LEVEL: 'silent',
  });
});
after(async () => {
  await server.close();
  await emulator.close();
});

async function ask(token: string, query: string, variables = {}) {
  const answer = await server.fetch(
    new Request('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-stack-access-token': token },
      body: JSON.stringify({ query, variables }),
    }),
  );
  return (await answer.json()) as {
    readonly data: unknown;
    readonly errors?: readonly { readonly extensions: { readonly reason?: string } }[];
  };
}

test('a user sees the pages that the user has added', async () => {
  const [ada, grace] = [await emulator.addUser(), await emulator.addUser()];
  const url = 'https://example.com/engines';
  await ask(await emulator.token(ada.id), ADD, { url });
  const bookmarksOf = async (id: string) =>
    (await ask(await emulator.token(id), '{ me { bookmarks { url } } }')).data;
  deepEqual(await bookmarksOf(ada.id), { me: { bookmarks: [{ url }] } });
  deepEqual(await bookmarksOf(grace.id), { me: { bookmarks: [] } });
});

test('anonymous users, expired tokens and other URLs are refused', async () => {
  const [{ id }, guest] = [await emulator.addUser(), await emulator.addUser({ isAnonymous: true })];
  const reasonOf = async (token: string, url = 'https://example.com') =>
    (await ask(token, ADD, { url })).errors?.[0]?.extensions.reason;
  deepEqual(await reasonOf(await emulator.token(guest.id)), 'ANONYMOUS_USER');
  deepEqual(await reasonOf(await emulator.token(id, { expired: true })), 'EXPIRED_TOKEN');
  deepEqual(await reasonOf(await emulator.token(id), 'http://example.com'), 'NOT_HTTPS');
});
