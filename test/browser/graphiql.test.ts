import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowser, type TestBrowser, type WatchedPage } from '../support/browser.ts';
import { type DevServer, startDevServer } from '../support/dev-server.ts';

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const WITH_CLIPBOARD = { ...DESKTOP, permissions: ['clipboard-read', 'clipboard-write'] };
/** For what several processes do on a busy machine. */
const PATIENT = { timeout: 30_000 };

/** For tests with several such waits: one of them must be able to end in time. */
const LONG = { timeout: 60_000 };

const TAB_STATE = "localStorage.getItem('graphiql:tabState')";

let browser: TestBrowser;
let dev: DevServer;
beforeAll(async () => {
  [browser, dev] = await Promise.all([startBrowser(), startDevServer()]);
}, 60_000);
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await dev[Symbol.asyncDispose]();
});

/** Opens GraphiQL and waits until it knows the schema. */
async function open(server: DevServer, options: Parameters<TestBrowser['open']>[0] = DESKTOP) {
  const watched = await browser.open(options);
  await goto(watched.page, `${server.url}/graphql`);
  return watched;
}

async function goto(page: Page, url: string): Promise<void> {
  const schema = page.waitForResponse((answer) => answer.request().postData()?.includes('__schema') ?? false);
  await page.goto(url);
  await schema;
  for (const editor of ['.graphiql-query-editor', '.result-window']) {
    await page.locator(`${editor} .view-lines`).first().waitFor({ state: 'attached' });
  }
}

const text = async (page: Page, selector: string) =>
  (await page.locator(selector).innerText()).replaceAll('\u00a0', ' ');
const tabs = (page: Page) => page.locator('.graphiql-tab-button').allInnerTexts();
const response = (page: Page) => text(page, '.result-window .view-lines');

/** Goes to a tab. A click before GraphiQL is all there is lost. */
async function choose(page: Page, name: string): Promise<void> {
  const clicked = async () => {
    await page.getByRole('button', { name, exact: true }).click();
    return text(page, '.graphiql-tab-active');
  };
  await expect.poll(clicked, PATIENT).toContain(name);
}

/** Goes to an example's tab, runs it, and gives what the bar says of its cost. */
async function run(page: Page, name: string): Promise<string> {
  await choose(page, name);
  await page.evaluate("document.getElementById('dev-query').textContent = ''");
  let looks = 0;
  const asked = async () => {
    const said = await text(page, '#dev-query');
    // A click too early is lost, one too many would stop the query.
    if (said === '' && looks++ % 10 === 0) await page.locator('.graphiql-execute-button').click();
    return said;
  };
  await expect.poll(asked, { ...PATIENT, interval: 100 }).toMatch(`${name} · `);
  return `${await text(page, '#dev-cost')}: ${(await text(page, '#dev-query')).replace(/ · \d+ ms/, '')}`;
}

async function become(page: Page, person: string): Promise<void> {
  const answered = page.waitForResponse('**/dev-bar/token');
  await page.getByLabel('Signed in as').selectOption({ label: person });
  await (await answered).finished();
}

/** Pastes headers in the place of those that are there. */
async function pasteHeaders(page: Page, headers: Readonly<Record<string, string>>): Promise<void> {
  await page.getByRole('button', { name: 'Headers', exact: true }).click();
  await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-line').first().click();
  await page.keyboard.press('Control+A');
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(JSON.stringify(headers))})`);
  await page.keyboard.press('Control+V');
}

const expectClean = ({ complaints, foreign }: WatchedPage) =>
  expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });

describe('GraphiQL in a browser', LONG, () => {
  it('runs the examples and says what each has cost', async () => {
    const watched = await open(dev);
    const { page } = watched;
    expect(await run(page, 'WhoAmI')).toBe('0 profile calls: WhoAmI · 200');
    await expect.poll(() => response(page), PATIENT).toContain(dev.emulator.people.ada.id);
    expect(await run(page, 'Profile')).toBe('1 profile call: Profile · 200');
    await expect.poll(() => response(page), PATIENT).toContain('"ada@example.test"');
    expect(await run(page, 'StillOneCall')).toBe('1 profile call: StillOneCall · 200');
    expect(await run(page, 'OnDemand')).toBe('0 profile calls: OnDemand · 200');
    expect(await text(page, '#dev-who')).toBe('Ada Lovelace · ada@example.test');
    expect(await text(page, '#dev-ends')).toMatch(/^in (10:00|9:\d\d)$/);
    await watched.shoot('graphiql-desktop');
    expectClean(watched);
    expect(await run(page, 'Mistake')).toBe('0 profile calls: Mistake · 400 GRAPHQL_VALIDATION_FAILED');
    await page.context().close();
  });

  it('knows the schema: what it offers, and what is wrong', async () => {
    const watched = await open(dev);
    const { page } = watched;
    await choose(page, 'Mistake');
    await page.locator('.graphiql-query-editor .squiggly-error').first().waitFor();
    await page.locator('.graphiql-query-editor .view-line').last().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('query More { me { di');
    await page.locator('.suggest-widget .monaco-list-row', { hasText: 'displayName' }).waitFor();
    expectClean(watched);
    await page.context().close();
  });

  it('has as many tabs after a reload as before, and what was typed', async () => {
    const watched = await open(dev);
    const { page } = watched;
    const before = await tabs(page);
    expect(before).toEqual(['WhoAmI', 'Session', 'Profile', 'StillOneCall', 'OnDemand', 'Mistake']);
    await choose(page, 'Session');
    await page.locator('.graphiql-query-editor .view-line').first().click();
    await page.keyboard.type('# mine ');
    for (const _reload of [1, 2]) {
      // GraphiQL writes down what was typed after a moment.
      await expect.poll(() => page.evaluate(TAB_STATE), PATIENT).toContain('# mine ');
      await goto(page, page.url());
      expect(await tabs(page)).toEqual(before);
      expect(await text(page, '.graphiql-tab-active')).toContain('Session');
      expect(await text(page, '.graphiql-query-editor .view-lines')).toContain('# mine ');
    }
    expectClean(watched);
    await page.context().close();
  });

  it('opens the query of a link once', async () => {
    const watched = await open(dev);
    const { page } = watched;
    const link = `${dev.url}/graphql?query=${encodeURIComponent('query Linked { __typename }')}`;
    await goto(page, link);
    expect(await text(page, '.graphiql-tab-active')).toContain('Linked');
    const before = await tabs(page);
    expect(before).toHaveLength(7);
    await goto(page, page.url());
    expect(await tabs(page)).toEqual(before);
    expect(await run(page, 'Linked')).toBe('0 profile calls: Linked · 200');
    await page.locator('.graphiql-query-editor .view-line').first().click();
    await page.keyboard.type('# mine ');
    await expect.poll(() => page.url(), PATIENT).toBe(`${dev.url}/graphql`);
    await expect.poll(() => page.evaluate(TAB_STATE), PATIENT).toContain('# mine ');
    await goto(page, page.url());
    expect(await tabs(page)).toEqual(before);
    expectClean(watched);
    await page.context().close();
  });
});

describe('the bar in a browser', LONG, () => {
  it('signs people in, and shows who they are', async () => {
    const watched = await open(dev);
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
      ['Nobody, no token', 'No token is sent', '200 MISSING_TOKEN', '"me": null'],
    ] as const) {
      await become(page, person);
      expect(await run(page, 'WhoAmI')).toBe(`0 profile calls: WhoAmI · ${outcome}`);
      expect(await text(page, '#dev-who')).toBe(who);
      await expect.poll(() => response(page), PATIENT).toContain(shown);
    }
    expectClean(watched);
    await goto(page, page.url());
    expect(await text(page, '#dev-who')).toBe('No token is sent');
    await page.context().close();
  });

  it('shows a token refused, and signs in again', async () => {
    const watched = await open(dev);
    const { page } = watched;
    await become(page, 'Ada, expired token');
    expect(await text(page, '#dev-ends')).toMatch(/^1:0\d ago$/);
    expect(await run(page, 'Profile')).toBe('0 profile calls: Profile · 401 EXPIRED_TOKEN');
    await expect.poll(() => response(page), PATIENT).toContain('EXPIRED_TOKEN');
    await watched.shoot('graphiql-expired');
    await become(page, 'Ada, forged token');
    expect(await run(page, 'Profile')).toBe('0 profile calls: Profile · 401 INVALID_TOKEN');
    await goto(page, page.url());
    expect(await run(page, 'Profile')).toBe('1 profile call: Profile · 200');
    expect(watched.complaints.filter((line) => !line.includes('401'))).toEqual([]);
    await page.context().close();
  });

  it('leaves the token to a header that somebody has typed', async () => {
    const { page, complaints } = await open(dev, WITH_CLIPBOARD);
    await pasteHeaders(page, { Authorization: 'Bearer x.y.z' });
    const said = '0 profile calls: WhoAmI · 401 INVALID_TOKEN · token of your Headers';
    await expect.poll(() => run(page, 'WhoAmI'), PATIENT).toBe(said);
    expect(complaints.filter((line) => !line.includes('401'))).toEqual([]);
    await page.context().close();
  });

  it('makes the provider fail, and well again', async () => {
    await using own = await startDevServer();
    const watched = await open(own);
    const { page } = watched;
    const provider = page.getByLabel('Identity provider');
    await provider.selectOption('Down (503)');
    await expect.poll(() => text(page, '#dev-provider-note')).toBe('From the next call on');
    const answered = page.waitForResponse(
      (answer) => answer.request().postData()?.includes('Profile') ?? false,
    );
    expect(await run(page, 'Profile')).toMatch(/^\d profile calls?: Profile · 200 UPSTREAM_UNAVAILABLE$/);
    expect((await (await answered).json()).data.me.id).toBe(own.emulator.people.ada.id);
    await expect.poll(() => response(page), PATIENT).toContain('UPSTREAM_UNAVAILABLE');
    await watched.shoot('graphiql-down');
    await goto(page, page.url());
    await expect.poll(() => provider.inputValue()).toBe('down');
    await provider.selectOption('Healthy');
    await expect.poll(() => run(page, 'Profile'), PATIENT).toBe('1 profile call: Profile · 200');
    await provider.selectOption('Limits us (429)');
    await expect.poll(() => text(page, '#dev-provider-note')).toBe('From the next call on');
    await expect
      .poll(() => run(page, 'Profile'), PATIENT)
      .toMatch(/^1 profile call: Profile · 200 UPSTREAM_RATE_LIMITED$/);
    expectClean(watched);
    await page.context().close();
  });

  it('rotates the keys: a renewed token is good', async () => {
    const watched = await open(dev);
    const { page } = watched;
    expect(await run(page, 'WhoAmI')).toBe('0 profile calls: WhoAmI · 200');
    await page.getByRole('button', { name: 'Rotate keys' }).click();
    await expect.poll(() => text(page, '#dev-provider-note')).toBe('New keys: renew the token');
    const old = dev.emulator.control.calls().jwks;
    dev.passTime(31_000);
    const renewed = page.waitForResponse('**/dev-bar/token');
    await page.getByRole('button', { name: 'Renew' }).click();
    await renewed;
    expect(await run(page, 'Profile')).toBe('1 profile call: Profile · 200');
    expect(dev.emulator.control.calls().jwks).toBe(old + 1);
    expectClean(watched);
    await page.context().close();
  });

  it('renews a token before it ends', async () => {
    await using own = await startDevServer({ emulator: { accessTokenLifetime: 4 } });
    const watched = await open(own);
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
    expect(await run(page, 'WhoAmI')).toBe('0 profile calls: WhoAmI · 200');
    expectClean(watched);
    await page.context().close();
  });

  it('sends nothing as somebody who could not be signed in, and tries again', async () => {
    const { page } = await open(dev);
    await page.route('**/dev-bar/token', (route) => route.abort());
    await page.getByLabel('Signed in as').selectOption('unverified');
    await expect.poll(() => text(page, '#dev-who')).toBe('Failed to fetch');
    expect(await run(page, 'WhoAmI')).toBe('0 profile calls: WhoAmI · 200 MISSING_TOKEN');
    await page.unroute('**/dev-bar/token');
    await expect.poll(() => text(page, '#dev-who'), PATIENT).toContain('Linus Torvalds');
    expect(await run(page, 'WhoAmI')).toBe('0 profile calls: WhoAmI · 200');
    await page.context().close();
  });

  it('takes a token of a project of your own', async () => {
    await using own = await startDevServer({ bar: 'project' });
    const watched = await open(own);
    const { page } = watched;
    const field = page.getByLabel('Access token of your project');
    await field.fill('nonsense');
    expect(await text(page, '#dev-who')).toBe('This is no access token');
    const { control, people } = own.emulator;
    const token = await control.mintToken({ userId: people.grace.id });
    await field.fill(JSON.stringify({ accessToken: token, refreshToken: 'x' }));
    expect(await text(page, '#dev-who')).toBe('Grace Hopper · grace@example.test');
    expect(await run(page, 'Profile')).toBe('1 profile call: Profile · 200');
    await watched.shoot('graphiql-project');
    await goto(page, page.url());
    expect(await run(page, 'WhoAmI')).toBe('0 profile calls: WhoAmI · 200');
    await expect.poll(() => response(page), PATIENT).toContain(people.grace.id);
    expectClean(watched);
    await page.context().close();
  });

  it('can be used by everybody: on a desktop and on a phone, in light and dark, by keys', async () => {
    const watched = await open(dev, { ...PHONE, colorScheme: 'dark' });
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

describe('GraphiQL in production', LONG, () => {
  it('has no bar, and sends the headers that are typed', async () => {
    await using production = await startDevServer({ bar: 'none' });
    const watched = await open(production, WITH_CLIPBOARD);
    const { page } = watched;
    expect(await page.locator('.dev-bar').count()).toBe(0);
    await page.locator('.graphiql-execute-button').click();
    await expect.poll(() => response(page), PATIENT).toContain('MISSING_TOKEN');
    const { control, people } = production.emulator;
    const token = await control.mintToken({ userId: people.ada.id });
    await pasteHeaders(page, { 'X-Stack-Access-Token': token });
    const answered = async () => {
      await page.locator('.graphiql-execute-button').click();
      return response(page);
    };
    await expect.poll(answered, PATIENT).toContain(people.ada.id);
    await watched.shoot('graphiql-production');
    const before = await tabs(page);
    await goto(page, page.url());
    expect(await tabs(page)).toEqual(before);
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain(token);
    expectClean(watched);
    await page.context().close();
  });
});

describe('the policy of the page', LONG, () => {
  it('lets nothing of elsewhere in, and no script without the nonce', async () => {
    const watched = await open(dev);
    const { page } = watched;
    const tried = await page.evaluate(`(async () => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.planted = true';
      document.body.append(script);
      const image = new Image();
      image.src = 'https://foreign.example/pixel.png';
      document.body.append(image);
      const asked = await fetch('https://foreign.example/').then(() => 'answered', () => 'refused');
      return [globalThis.planted, asked];
    })()`);
    expect(tried).toEqual([undefined, 'refused']);
    expect(watched.complaints.join('\n')).toMatch(/script-src[\s\S]*(img-src|connect-src)/);
    await page.context().close();
  });

  it('is not what keeps the check of foreign requests from seeing one', async () => {
    const { page, foreign } = await browser.open();
    await page.goto(`${dev.url}/health`);
    await page.evaluate("fetch('https://foreign.example/').catch(() => {})");
    expect(foreign).toEqual(['https://foreign.example/']);
    await page.context().close();
  });
});
