// GraphiQL as a browser test drives it: tabs, runs, headers, and what it shows.
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { TestBrowser, WatchedPage } from './browser.ts';
import type { DevServer } from './dev-server.ts';

export const DESKTOP = { viewport: { width: 1280, height: 800 } };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
export const WITH_CLIPBOARD = { ...DESKTOP, permissions: ['clipboard-read', 'clipboard-write'] };

/** For one wait, in which several processes have work to do on a busy machine. */
export const PATIENT = { timeout: 30_000 };

/** For tests with several such waits. */
export const LONG = { timeout: 60_000 };

/** Opens GraphiQL of a server and waits until it has loaded the schema. */
export async function openGraphiql(
  browser: TestBrowser,
  server: DevServer,
  options: BrowserContextOptions = DESKTOP,
): Promise<WatchedPage> {
  const watched = await browser.open(options);
  await goto(watched.page, `${server.url}/graphql`);
  return watched;
}

/** Loads a GraphiQL page and waits until it has loaded the schema and shows its editors. */
export async function goto(page: Page, url: string): Promise<void> {
  const schema = page.waitForResponse((answer) => answer.request().postData()?.includes('__schema') ?? false);
  await page.goto(url);
  await schema;
  for (const editor of ['.graphiql-query-editor', '.result-window']) {
    await page.locator(`${editor} .view-lines`).first().waitFor({ state: 'attached' });
  }
}

/** The visible text of an element, with ordinary spaces. */
export const text = async (page: Page, selector: string) =>
  (await page.locator(selector).innerText()).replaceAll('\u00a0', ' ');
/** The names of all tabs. */
export const tabs = (page: Page) => page.locator('.graphiql-tab-button').allInnerTexts();
/** What the result editor shows. */
export const response = (page: Page) => text(page, '.result-window .view-lines');

/** Selects a tab, by keyboard, and waits until GraphiQL has parsed its document. A test of its own clicks. */
export async function choose(page: Page, name: string): Promise<void> {
  if ((await text(page, '.graphiql-tab-active')).includes(name)) return;
  await page.getByRole('button', { name, exact: true }).press('Enter');
  await page.locator('.graphiql-tab-active', { hasText: name }).waitFor(PATIENT);
  // GraphiQL stores a document in the same step in which it parses it; before, it says "Cannot infer operation name".
  const stored = () => page.evaluate("localStorage.getItem('graphiql:query')");
  await expect.poll(stored, PATIENT).toMatch(new RegExp(`(query|mutation|subscription) ${name}\\b`));
}

/** Signs in as a choice of the bar's menu. */
export async function become(page: Page, person: string): Promise<void> {
  const answered = page.waitForResponse('**/dev-bar/token');
  await page.getByLabel('Signed in as').selectOption({ label: person });
  await (await answered).finished();
}

/** Selects an example's tab, runs it, and returns what the bar says about its cost. */
export async function run(page: Page, name: string): Promise<string> {
  await choose(page, name);
  await page.evaluate("document.getElementById('dev-query').textContent = ''");
  await page.getByRole('button', { name: 'Execute query' }).click();
  await expect.poll(() => text(page, '#dev-query'), { ...PATIENT, interval: 50 }).toMatch(`${name} · `);
  return `${await text(page, '#dev-cost')}: ${(await text(page, '#dev-query')).replace(/ · \d+ ms/, '')}`;
}

/** Replaces the contents of the headers editor. */
export const pasteHeaders = (page: Page, headers: Readonly<Record<string, string>>) =>
  paste(page, 'Headers', headers);

/** Replaces the contents of the editor for variables. */
export const pasteVariables = (page: Page, variables: object) => paste(page, 'Variables', variables);

async function paste(page: Page, editor: 'Headers' | 'Variables', content: object): Promise<void> {
  await page.getByRole('button', { name: editor, exact: true }).click();
  await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-line').first().click();
  await page.keyboard.press('Control+A');
  const json = JSON.stringify(content);
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(json)})`);
  await page.keyboard.press('Control+V');
  const shown = () => text(page, '.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines');
  await expect.poll(shown, PATIENT).toContain(json.slice(0, 20));
}

/** Expects that the page logged no error and requested nothing from another host. */
export const expectClean = ({ complaints, foreign }: WatchedPage) =>
  expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
