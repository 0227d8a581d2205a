import { StackClientApp } from '@stackframe/js';
import { describe, expect, it } from 'vitest';
import { createAsk } from '../../examples/clients/fetch.ts';
import { createStackSession } from '../../examples/clients/sdk.ts';
import { WhoAmI } from '../support/documents.ts';
import { startTestFrontend } from '../support/test-frontend.ts';

const PASSWORD = 'Correct-Horse-2';

const start = () => startTestFrontend(createAsk, { signedIn: 'none' });

describe("the provider's own SDK", () => {
  it('signs up a user whom the server then identifies', async () => {
    await using page = await start();
    const email = 'new@example.test';
    const { status } = await page.stackApp.signUpWithCredential({
      email,
      password: PASSWORD,
      noRedirect: true,
      noVerificationCallback: true,
    });
    expect(status).toBe('ok');
    const user = await page.stackApp.getUser({ or: 'throw' });
    const { data } = await page.client(WhoAmI);
    expect(data?.me).toMatchObject({ id: user.id, isAnonymous: false });
    const token = String(page.sentTokens.at(-1));
    const profile = await page.test.ask('{ me { email displayName } }', { token });
    expect(profile.body.data.me).toEqual({ email, displayName: null });
  });

  it('signs out, and in again as the same user with another session', async () => {
    await using page = await start();
    const credentials = { email: 'grace@example.test', password: 'Correct-Horse-1', noRedirect: true };
    expect((await page.stackApp.signInWithCredential({ ...credentials, password: 'wrong' })).status).toBe(
      'error',
    );
    await page.stackApp.signInWithCredential(credentials);
    const first = await page.client(WhoAmI);
    await page.stackApp.signOut();
    expect((await page.client(WhoAmI)).data?.me).toBeNull();
    expect(page.signOuts()).toBe(1);
    await page.stackApp.signInWithCredential(credentials);
    const second = await page.client(WhoAmI);
    expect(second.data?.me?.id).toBe(page.emulator.people.grace.id);
    expect(second.data?.me?.id).toBe(first.data?.me?.id);
    expect(second.data?.session?.id).not.toBe(first.data?.session?.id);
    expect(page.signOuts()).toBe(1);
  });

  it('has a token for anonymous visitors, who keep their id when they sign up', async () => {
    await using page = await start();
    const visitor = await page.stackApp.getUser({ or: 'anonymous' });
    const before = await page.client(WhoAmI);
    expect(before.data?.me).toMatchObject({ id: visitor.id, isAnonymous: true, isRestricted: true });
    // The more obvious function has none for them.
    expect(await page.stackApp.getAccessToken()).toBeNull();
    await page.stackApp.signUpWithCredential({
      email: 'visitor@example.test',
      password: PASSWORD,
      noRedirect: true,
      noVerificationCallback: true,
    });
    const after = await page.client(WhoAmI);
    expect(after.data?.me).toMatchObject({ id: visitor.id, isAnonymous: false, isRestricted: false });
  });

  it('goes on with tokens that were stored, where there are no cookies', async () => {
    await using page = await start();
    const credentials = { email: 'ada@example.test', password: 'Correct-Horse-1' };
    await page.stackApp.signInWithCredential({ ...credentials, noRedirect: true });
    const user = await page.stackApp.getUser({ or: 'throw' });
    const { accessToken, refreshToken } = await user.currentSession.getTokens();
    const { url: baseUrl, projectId, publishableClientKey } = page.emulator;
    const stackApp = new StackClientApp({
      baseUrl,
      projectId,
      publishableClientKey,
      tokenStore: { accessToken: String(accessToken), refreshToken: String(refreshToken) },
      noAutomaticPrefetch: true,
    });
    const session = createStackSession({ stackApp, onSignedOut: () => {} });
    const token = String(await session.token());
    const renewed = await session.renew(token);
    expect(renewed).not.toBe(token);
    const { body } = await page.test.ask('{ me { id } }', { token: String(renewed) });
    expect(body.data.me.id).toBe(user.id);
  });

  it.each(['getAuthHeaders', 'getAuthorizationHeader'] as const)(
    'makes headers of its own (%s), which the server takes as well',
    async (name) => {
      await using page = await start();
      const credentials = { email: 'ada@example.test', password: 'Correct-Horse-1' };
      await page.stackApp.signInWithCredential({ ...credentials, noRedirect: true });
      const made = await page.stackApp[name]();
      const headers = typeof made === 'string' ? { authorization: made } : { ...made };
      const { body } = await page.test.ask('{ me { id } }', { headers });
      expect(body.data.me.id).toBe(page.emulator.people.ada.id);
    },
  );
});
