import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { startDevServer } from '../support/dev-server.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import {
  become,
  DESKTOP,
  expectClean,
  goto,
  LONG,
  openGraphiql,
  PATIENT,
  PHONE,
  pasteHeaders,
  response,
  run,
  text,
  WITH_CLIPBOARD,
} from '../support/graphiql-page.ts';

const given = forAllTests({ browser: startBrowser, dev: () => startDevServer() });

describe('the bar in a browser', LONG, () => {
  it('signs in as each test user and shows who that is', async () => {
    const watched = await openGraphiql(given.browser, given.dev);
    const { page } = watched;
    for (const [person, who, outcome, shown] of [
      [
        'Linus, e-mail not verified',
        'Linus Torvalds · linus@example.test · not verified',
        '200',
        '"isRestricted": false',
      ],
      [
        'Radia, restricted',
        'Radia Perlman · radia@example.test · not verified · restricted',
        '200',
        '"isRestricted": true',
      ],
      ['Guest, anonymous', 'anonymous', '200', '"isAnonymous": true'],
      ['No user, no token', 'No token is sent', '200 MISSING_TOKEN', '"me": null'],
    ] as const) {
      await become(page, person);
      expect(await run(page, 'WhoAmI')).toBe(`0 calls: WhoAmI · ${outcome}`);
      expect(await text(page, '#dev-who')).toBe(who);
      await expect.poll(() => response(page), PATIENT).toContain(shown);
    }
    expectClean(watched);
    await goto(page, page.url());
    expect(await text(page, '#dev-who')).toBe('No token is sent');
    await page.context().close();
  });

  it('shows that a token is refused, and signs in again', async () => {
    const watched = await openGraphiql(given.browser, given.dev);
    const { page } = watched;
    await become(page, 'Ada, expired token');
    expect(await text(page, '#dev-ends')).toMatch(/^1:0\d ago$/);
    expect(await run(page, 'Profile')).toBe('0 calls: Profile · 401 EXPIRED_TOKEN');
    await expect.poll(() => response(page), PATIENT).toContain('EXPIRED_TOKEN');
    await watched.shoot('graphiql-expired');
    await become(page, 'Ada, forged token');
    expect(await run(page, 'Profile')).toBe('0 calls: Profile · 401 INVALID_TOKEN');
    await goto(page, page.url());
    expect(await run(page, 'Profile')).toBe('1 call (profile): Profile · 200');
    expect(watched.complaints.filter((line) => !line.includes('401'))).toEqual([]);
    await page.context().close();
  });

  it('prefers an Authorization header typed into the headers editor to its own token', async () => {
    const { page, complaints } = await openGraphiql(given.browser, given.dev, WITH_CLIPBOARD);
    await pasteHeaders(page, { Authorization: 'Bearer x.y.z' });
    const said = '0 calls: WhoAmI · 401 INVALID_TOKEN · token of your Headers';
    expect(await run(page, 'WhoAmI')).toBe(said);
    expect(complaints.filter((line) => !line.includes('401'))).toEqual([]);
    await page.context().close();
  });

  it('makes the provider fail and recover', async () => {
    await using own = await startDevServer();
    const watched = await openGraphiql(given.browser, own);
    const { page } = watched;
    const provider = page.getByLabel('Identity provider');
    await provider.selectOption('Down (503)');
    await expect.poll(() => text(page, '#dev-provider-note')).toBe('From the next call on');
    const answered = page.waitForResponse(
      (answer) => answer.request().postData()?.includes('Profile') ?? false,
    );
    expect(await run(page, 'Profile')).toMatch(
      /^\d calls?( \(profile( × 2)?\))?: Profile · 200 UPSTREAM_UNAVAILABLE$/,
    );
    expect((await (await answered).json()).data.me.id).toBe(own.emulator.people.ada.id);
    await expect.poll(() => response(page), PATIENT).toContain('UPSTREAM_UNAVAILABLE');
    await watched.shoot('graphiql-down');
    await goto(page, page.url());
    await expect.poll(() => provider.inputValue()).toBe('down');
    await provider.selectOption('Healthy');
    await expect.poll(() => run(page, 'Profile'), PATIENT).toBe('1 call (profile): Profile · 200');
    await provider.selectOption('Limits us (429)');
    await expect.poll(() => text(page, '#dev-provider-note')).toBe('From the next call on');
    await expect
      .poll(() => run(page, 'Profile'), PATIENT)
      .toMatch(/^1 call \(profile\): Profile · 200 UPSTREAM_RATE_LIMITED$/);
    expectClean(watched);
    await page.context().close();
  });

  it('accepts a renewed token after a key rotation', async () => {
    const watched = await openGraphiql(given.browser, given.dev);
    const { page } = watched;
    expect(await run(page, 'WhoAmI')).toBe('0 calls: WhoAmI · 200');
    await page.getByRole('button', { name: 'Rotate keys' }).click();
    await expect.poll(() => text(page, '#dev-provider-note')).toBe('New keys: renew the token');
    const old = given.dev.emulator.control.calls().jwks;
    given.dev.passTime(31_000);
    const renewed = page.waitForResponse('**/dev-bar/token');
    await page.getByRole('button', { name: 'Renew' }).click();
    await renewed;
    expect(await run(page, 'Profile')).toBe('1 call (profile): Profile · 200');
    expect(given.dev.emulator.control.calls().jwks).toBe(old + 1);
    expectClean(watched);
    await page.context().close();
  });

  it('renews a token before it expires', async () => {
    await using own = await startDevServer({ emulator: { accessTokenLifetime: 4 } });
    const watched = await openGraphiql(given.browser, own);
    const { page } = watched;
    const ends: string[] = [];
    const issued = new Set<string>();
    page.on('response', (answer) => {
      if (answer.url().endsWith('/dev-bar/token')) void answer.text().then((body) => issued.add(body));
    });
    await expect
      .poll(
        async () => {
          ends.push(await text(page, '#dev-ends'));
          return issued.size;
        },
        { ...PATIENT, interval: 200 },
      )
      .toBeGreaterThan(1);
    expect(ends.filter((end) => !/^in 0:0[0-4]$/.test(end))).toEqual([]);
    expect(await run(page, 'WhoAmI')).toBe('0 calls: WhoAmI · 200');
    expectClean(watched);
    await page.context().close();
  });

  it('sends no token while a sign-in fails, and tries again', async () => {
    const { page } = await openGraphiql(given.browser, given.dev);
    await page.route('**/dev-bar/token', (route) => route.abort());
    await page.getByLabel('Signed in as').selectOption('unverified');
    await expect.poll(() => text(page, '#dev-who')).toBe('Failed to fetch');
    expect(await run(page, 'WhoAmI')).toBe('0 calls: WhoAmI · 200 MISSING_TOKEN');
    await page.unroute('**/dev-bar/token');
    await expect.poll(() => text(page, '#dev-who'), PATIENT).toContain('Linus Torvalds');
    expect(await run(page, 'WhoAmI')).toBe('0 calls: WhoAmI · 200');
    await page.context().close();
  });

  it('says that the user has been deleted, and signs in another one', async () => {
    await using own = await startDevServer();
    const watched = await openGraphiql(given.browser, own);
    const { page } = watched;
    own.emulator.control.deleteUser(own.emulator.people.ada.id);
    await page.getByRole('button', { name: 'Renew' }).click();
    await expect.poll(() => text(page, '#dev-who'), PATIENT).toBe('Deleted until the next npm run dev');
    expect(await page.getByRole('button', { name: 'Renew' }).isVisible()).toBe(false);
    await become(page, 'Grace, in the same teams');
    await expect.poll(() => text(page, '#dev-who'), PATIENT).toContain('Grace Hopper');
    expect(await page.getByRole('button', { name: 'Renew' }).isVisible()).toBe(true);
    expectClean(watched);
    await page.context().close();
  });

  it('accepts an access token of your own project', async () => {
    await using own = await startDevServer({ bar: 'project' });
    const watched = await openGraphiql(given.browser, own);
    const { page } = watched;
    const field = page.getByLabel('Access token of your project');
    await field.fill('nonsense');
    expect(await text(page, '#dev-who')).toBe('This is no access token');
    const { control, people } = own.emulator;
    const token = await control.mintToken({ userId: people.grace.id });
    await field.fill(JSON.stringify({ accessToken: token, refreshToken: 'x' }));
    expect(await text(page, '#dev-who')).toBe('Grace Hopper · grace@example.test');
    expect(await run(page, 'Profile')).toBe('1 call (profile): Profile · 200');
    await watched.shoot('graphiql-project');
    await goto(page, page.url());
    expect(await run(page, 'WhoAmI')).toBe('0 calls: WhoAmI · 200');
    await expect.poll(() => response(page), PATIENT).toContain(people.grace.id);
    expectClean(watched);
    await page.context().close();
  });

  it('is accessible on a desktop and a phone, in light and dark, by keyboard', async () => {
    const watched = await openGraphiql(given.browser, given.dev, { ...PHONE, colorScheme: 'dark' });
    const { page } = watched;
    await run(page, 'Profile');
    await page.evaluate(axe.source);
    for (const [name, { viewport }] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        const found = (await page.evaluate("axe.run('.dev-bar')")) as axe.AxeResults;
        const tried = found.passes.map(({ id }) => id);
        expect(tried).toEqual(expect.arrayContaining(['color-contrast', 'select-name']));
        expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        await watched.shoot(`graphiql-${name}-${colorScheme}`);
      }
    }
    await page.getByLabel('Signed in as').focus();
    const reached: string[] = [];
    for (const _key of [1, 2, 3]) {
      await page.keyboard.press('Tab');
      reached.push(String(await page.evaluate('document.activeElement.id')));
    }
    expect(reached).toEqual(['dev-renew', 'dev-provider', 'dev-rotate']);
    expectClean(watched);
    await page.context().close();
  });
});
