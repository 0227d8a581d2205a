import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { DEVELOPMENT_PASSWORD } from '../../src/emulator/seed.ts';
import { barriersOn } from './accessible.ts';
import type { TestBrowser, WatchedPage } from './browser.ts';
import type { ExampleApp } from './example-app.ts';

const DESKTOP = { width: 1200, height: 900 };
const PATIENT = { timeout: 15_000 };
const PHONE = { width: 390, height: 844 };

/** The GraphQL clients that the example can ask by. */
export type ClientName = 'apollo' | 'urql';

/** Opens the example in a browser context of its own. */
export async function openExample(
  browser: TestBrowser,
  app: ExampleApp,
  client: ClientName,
): Promise<WatchedPage> {
  const opened = await browser.open({ viewport: DESKTOP });
  opened.page.setDefaultTimeout(15_000);
  await opened.page.goto(`${app.url}/?client=${client}`);
  return opened;
}

/** Fills in the form for an e-mail address and a password, and sends it. */
export async function enter(
  page: Page,
  email: string,
  { password = DEVELOPMENT_PASSWORD, button = 'Sign in' } = {},
): Promise<void> {
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: button }).click();
}

/** Goes to a page by its link in the header. */
export async function goTo(page: Page, name: 'You' | 'Notes' | 'Teams' | 'Account'): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
}

/** The part of a page with this title. */
export function part(page: Page, name: string) {
  return page.getByRole('region', { name, exact: true });
}

/** Sends the query of a part again, and waits for the answer. */
export async function reload(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `Reload: ${name}`, exact: true }).click();
  await expect.poll(() => part(page, name).getAttribute('aria-busy'), PATIENT).toBe('false');
}

/** The id of the user, by the part "Who you are". */
export async function idOnPage(page: Page): Promise<string> {
  return String(await part(page, 'Who you are').locator('code').textContent());
}

/** What the list "On the wire" says of an operation, the newest first: status, codes and number of calls. */
export async function onTheWire(page: Page, operation: string): Promise<readonly string[]> {
  const entries = page.getByRole('list', { name: 'Requests' }).getByRole('listitem');
  const texts = await entries.filter({ has: page.getByText(operation, { exact: true }) }).all();
  return Promise.all(
    texts.map(async (entry) => {
      const parts = await entry.locator('code, small').allTextContents();
      return parts.filter((text) => text !== '').join(' · ');
    }),
  );
}

/** No barriers, in light and dark, on a desktop and a phone, where nothing is wider than the screen. Takes a picture of each width. */
export async function expectUsable({ page, shoot }: WatchedPage, name: string): Promise<void> {
  for (const [kind, viewport] of [
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const) {
    await page.setViewportSize(viewport);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
    expect(await barriersOn(page)).toEqual([]);
    await shoot(`example-${name}-${kind}`);
  }
  await page.setViewportSize(DESKTOP);
}

/** The console message of a browser for a refused request. */
export function refusedWith(status: 401 | 429): string {
  const reason = { 401: 'Unauthorized', 429: 'Too Many Requests' }[status];
  return `Failed to load resource: the server responded with a status of ${status} (${reason})`;
}
