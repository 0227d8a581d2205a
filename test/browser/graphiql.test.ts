import { describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../src/server/graphiql/examples.ts';
import { startBrowser } from '../support/browser.ts';
import { startDevServer } from '../support/dev-server.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import {
  choose,
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
  tabs,
  text,
  WITH_CLIPBOARD,
} from '../support/graphiql-page.ts';

const TAB_STATE = "localStorage.getItem('graphiql:tabState')";

const given = forAllTests({ browser: startBrowser, dev: () => startDevServer() });

describe('GraphiQL in a browser', LONG, () => {
  it('runs the examples and shows which calls each made', async () => {
    const watched = await openGraphiql(given.browser, given.dev);
    const { page } = watched;
    expect(await run(page, 'WhoAmI')).toBe('0 calls: WhoAmI · 200');
    await expect.poll(() => response(page), PATIENT).toContain(given.dev.emulator.people.ada.id);
    expect(await run(page, 'Profile')).toBe('1 call (profile): Profile · 200');
    await expect.poll(() => response(page), PATIENT).toContain('"ada@example.test"');
    expect(await run(page, 'StillOneCall')).toBe('1 call (profile): StillOneCall · 200');
    expect(await run(page, 'OnDemand')).toBe('0 calls: OnDemand · 200');
    expect(await text(page, '#dev-who')).toBe('Ada Lovelace · ada@example.test');
    expect(await text(page, '#dev-ends')).toMatch(/^in (10:00|9:\d\d)$/);
    await watched.shoot('graphiql-desktop');
    expectClean(watched);
    expect(await run(page, 'Mistake')).toBe('0 calls: Mistake · 400 GRAPHQL_VALIDATION_FAILED');
    await page.context().close();
  });

  it('follows the user: an answer changes when the name does', async () => {
    const watched = await openGraphiql(given.browser, given.dev);
    const { page } = watched;
    const { control, people } = given.dev.emulator;
    control.sendWebhooksTo(`${given.dev.url}/webhooks`);
    expect(await run(page, 'Live')).toBe('–: Live · 200');
    await expect.poll(() => response(page), PATIENT).toContain('"Ada Lovelace"');
    control.updateUser(people.ada.id, { displayName: 'Augusta' });
    await expect.poll(() => response(page), PATIENT).toContain('"Augusta"');
    await watched.shoot('graphiql-live');
    await page.getByRole('button', { name: 'Stop query' }).click();
    control.updateUser(people.ada.id, { displayName: 'Ada Lovelace' });
    control.sendWebhooksTo(undefined);
    expectClean(watched);
    await page.context().close();
  });

  it('completes field names and marks an unknown field', async () => {
    const watched = await openGraphiql(given.browser, given.dev);
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

  it('shows the tabs of all examples without scrolling', async () => {
    const { page } = await openGraphiql(given.browser, given.dev);
    const hidden =
      "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.graphiql-tabs'))";
    expect(await page.evaluate(hidden)).toBe(0);
    await page.context().close();
  });

  it.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ])('selects a tab by a click on a %s', async (_width, options) => {
    const { page } = await openGraphiql(given.browser, given.dev, options);
    for (const name of ['Session', 'Live', 'WhoAmI']) {
      await page.getByRole('button', { name, exact: true }).click({ delay: 80 });
      await page.locator('.graphiql-tab-active', { hasText: name }).waitFor(PATIENT);
    }
    await page.context().close();
  });

  it('keeps its tabs and edits after a reload', async () => {
    const watched = await openGraphiql(given.browser, given.dev);
    const { page } = watched;
    const before = await tabs(page);
    expect(before).toHaveLength(EXAMPLES.length);
    expect(before).toEqual(expect.arrayContaining(['WhoAmI', 'Session', 'Teams', 'SignOut', 'Mistake']));
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

  it('opens the query of a link in one tab, once', async () => {
    const watched = await openGraphiql(given.browser, given.dev);
    const { page } = watched;
    const link = `${given.dev.url}/graphql?query=${encodeURIComponent('query Linked { __typename }')}`;
    await goto(page, link);
    expect(await text(page, '.graphiql-tab-active')).toContain('Linked');
    const before = await tabs(page);
    expect(before).toHaveLength(EXAMPLES.length + 1);
    await goto(page, page.url());
    expect(await tabs(page)).toEqual(before);
    expect(await run(page, 'Linked')).toBe('0 calls: Linked · 200');
    await page.locator('.graphiql-query-editor .view-line').first().click();
    await page.keyboard.type('# mine ');
    await expect.poll(() => page.url(), PATIENT).toBe(`${given.dev.url}/graphql`);
    await expect.poll(() => page.evaluate(TAB_STATE), PATIENT).toContain('# mine ');
    await goto(page, page.url());
    expect(await tabs(page)).toEqual(before);
    expectClean(watched);
    await page.context().close();
  });
});

describe('GraphiQL in production', LONG, () => {
  it('has no bar, and sends the headers typed into the headers editor', async () => {
    await using production = await startDevServer({ bar: 'none' });
    const watched = await openGraphiql(given.browser, production, WITH_CLIPBOARD);
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

describe('the content security policy of the page', LONG, () => {
  it('blocks foreign images and requests, and scripts without the nonce', async () => {
    const watched = await openGraphiql(given.browser, given.dev);
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

  it('does not hide foreign requests from this test', async () => {
    const { page, foreign } = await given.browser.open();
    await page.goto(`${given.dev.url}/health`);
    await page.evaluate("fetch('https://foreign.example/').catch(() => {})");
    expect(foreign).toEqual(['https://foreign.example/']);
    await page.context().close();
  });
});
