import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEVELOPMENT_PASSWORD } from '../../src/emulator/seed.ts';
import { barriersOn } from '../support/accessible.ts';
import { startBrowser, type TestBrowser, type WatchedPage } from '../support/browser.ts';
import { type ExampleApp, startExampleApp } from '../support/example-app.ts';
import { until } from '../support/until.ts';

const DESKTOP = { width: 1200, height: 900 };
const PHONE = { width: 390, height: 844 };
const MINUTES = 60_000;

let skew = 0;
let app: ExampleApp;
let browser: TestBrowser;
let opened: WatchedPage | undefined;

beforeAll(async () => {
  [app, browser] = await Promise.all([startExampleApp(() => Date.now() + skew), startBrowser()]);
}, 120_000);
afterEach(async () => {
  skew = 0;
  app.emulator.control.heal();
  await opened?.page.context().close();
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await app?.[Symbol.asyncDispose]();
});

describe.each(['apollo', 'urql'] as const)('the example, asking by %s', (client) => {
  const open = async (): Promise<WatchedPage> => {
    opened = await browser.open({ viewport: DESKTOP });
    opened.page.setDefaultTimeout(5_000);
    await opened.page.goto(`${app.url}/?client=${client}`);
    return opened;
  };

  it('signs a user up, shows the user without a profile call, and the profile with one', async () => {
    const { page, complaints, foreign, shoot } = await open();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await shoot(`example-${client}-sign-in`);
    await enter(page, 'ada@example.test', 'not the password');
    await page.getByRole('alert').getByText('Wrong e-mail or password').waitFor();

    await page.getByRole('button', { name: 'Create an account' }).click();
    await enter(page, `${client}@example.test`, 'a long password', 'Create the account');
    await page.getByText('Member', { exact: true }).waitFor();
    const user = await page.getByText(/^[\da-f]{8}-[\da-f-]{27}$/).textContent();
    expect(app.emulator.control.findUser(String(user))?.email).toBe(`${client}@example.test`);

    app.emulator.control.resetCalls();
    await page.reload();
    await page.getByText(String(user)).waitFor();
    // The subscription needs the name.
    await page.getByText('You have no name').waitFor();
    app.emulator.control.resetCalls();
    await ask(page, 'Ask again');
    expect(calls().profile).toBe(0);

    const gate = app.emulator.control.hold('profile');
    app.emulator.control.updateUser(String(user), { displayName: 'Ida' });
    await gate.arrived(1);
    const loading = ask(page, 'Load my profile');
    await page.getByText('Asking').waitFor();
    expect(await barriersOn(page)).toEqual([]);
    gate.release();
    await loading;
    await page.getByText(`${client}@example.test (not verified)`).waitFor();
    await page.getByRole('status').getByText('Ida').first().waitFor();
    // For the event of the subscription and the query.
    expect(calls().profile).toBe(1);
    expect(await barriersOn(page)).toEqual([]);
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
  });

  it('shows a name that is changed elsewhere within a second', async () => {
    const { page, complaints, shoot } = await open();
    const { control } = app.emulator;
    const { email, id } = control.createUser({ displayName: 'Ida', password: DEVELOPMENT_PASSWORD });
    await enter(page, String(email));
    const live = page.getByRole('region', { name: 'Your name, live' });
    await live.getByText('Ida', { exact: true }).waitFor();
    for (const displayName of ['Ida Rhodes', 'Ida B. Rhodes']) {
      control.updateUser(id, { displayName });
      await live.getByText(displayName, { exact: true }).waitFor({ timeout: 1_000 });
    }
    await shoot(`example-${client}-live`);
    expect(await barriersOn(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('renews a refused token once for ten queries, without an error on the page', async () => {
    const { page, complaints } = await open();
    app.emulator.control.resetCalls();
    await enter(page, newcomer());
    await page.getByText('Member', { exact: true }).waitFor();
    await until('the profile that the SDK fetches by itself', () => calls().profile);
    await page.getByRole('button', { name: 'Spoil the token' }).click();
    app.emulator.control.resetCalls();
    await ask(page, 'Greet me in ten languages');
    await page.getByText('Bonjour, Ida!').waitFor();
    expect(await page.getByRole('listitem').filter({ hasText: 'Ida' }).count()).toBe(10);
    expect(calls().refresh).toBe(1);
    expect(calls().profile).toBe(1);
    expect(await page.locator('.problem').count()).toBe(0);
    expect(complaints).toEqual(Array(10).fill(refusedWith(401)));
  });

  it('renews an expired token in a browser whose clock is slow, without an error on the page', async () => {
    const { page, complaints, shoot } = await open();
    const { control } = app.emulator;
    await page.clock.setFixedTime(Date.now() - 11 * MINUTES);
    // The provider issues the token now; it arrives 11 minutes later, a minute after it has expired.
    skew = -11 * MINUTES;
    const gates = [control.hold('sign-up'), control.hold('profile')];
    await enter(page, newcomer());
    await gates[0]?.arrived(1);
    skew = 0;
    control.resetCalls();
    gates[0]?.release();
    await page.getByText('Member', { exact: true }).waitFor();
    for (const gate of gates) gate.release();
    await page.getByRole('region', { name: 'Your name, live' }).getByText('Ida').waitFor();
    const log = page.getByRole('list', { name: 'Requests' }).locator('code');
    // The query and the subscription, twice each.
    expect((await log.allTextContents()).sort()).toEqual([
      ...['200', '200'],
      ...['401 EXPIRED_TOKEN', '401 EXPIRED_TOKEN'],
      'renewed',
    ]);
    expect(calls().refresh).toBe(1);
    expect(complaints).toEqual([refusedWith(401), refusedWith(401)]);
    await shoot(`example-${client}-renewed`);
  });

  it('stays signed in while the provider is down, and recovers', async () => {
    const { page, complaints, shoot } = await open();
    const { control } = app.emulator;
    const { email, id } = control.createUser({ displayName: 'Ida', password: DEVELOPMENT_PASSWORD });
    await enter(page, String(email));
    const live = page.getByRole('region', { name: 'Your name, live' });
    await live.getByText('Ida').waitFor();
    const end = control.fail('profile', { kind: 'status', status: 503 });
    // Drops what is cached.
    control.updateUser(id, { displayName: 'Ida Rhodes' });
    await until('the answer to the webhook', () => control.webhooks().at(-1)?.status === 204);
    await ask(page, 'Load my profile');
    await page.getByText('The identity provider does not answer').waitFor();
    await live.getByText('Ida').waitFor();
    await page.getByText(/^[\da-f]{8}-[\da-f-]{27}$/).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await shoot(`example-${client}-down`);
    await page.setViewportSize(PHONE);
    await shoot(`example-${client}-down-phone`);
    end();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(String(email)).waitFor();
    await page.getByText('The identity provider does not answer').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('keeps showing loaded data while the server is unreachable', async () => {
    const { page, complaints } = await open();
    await enter(page, newcomer());
    await page.getByText('Member', { exact: true }).waitFor();
    await page.context().setOffline(true);
    await ask(page, 'Ask again');
    await page.getByText('The server cannot be reached').waitFor();
    await page.getByText('Member', { exact: true }).waitFor();
    await page.context().setOffline(false);
    await ask(page, 'Ask again');
    await page.getByText('The server cannot be reached').waitFor({ state: 'detached' });
    // The subscription tries again by itself.
    expect(new Set(complaints)).toEqual(new Set(['Failed to load resource: net::ERR_INTERNET_DISCONNECTED']));
  });

  it('explains refused fields to anonymous and restricted users', async () => {
    const { page, complaints, shoot } = await open();
    await page.getByRole('button', { name: 'Look around' }).click();
    await page.getByText('Guest', { exact: true }).waitFor();
    await ask(page, 'Greet me');
    await page.getByText('This needs an account').waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).click();

    await enter(page, 'radia@example.test');
    await page.getByText('Restricted', { exact: true }).waitFor();
    await ask(page, 'Greet me');
    await page.getByText('Your account is restricted').waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await shoot(`example-${client}-forbidden`);
    expect(complaints).toEqual([]);
  });

  it('signs out, and reports a session that was ended elsewhere', async () => {
    const { page, complaints } = await open();
    const { control } = app.emulator;
    const { email, id } = control.createUser({ password: DEVELOPMENT_PASSWORD });
    await enter(page, String(email));
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await enter(page, String(email));
    await page.getByText(id).waitFor();
    control.deleteUser(id);
    await page.getByRole('button', { name: 'Spoil the token' }).click();
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.getByText('Your session has ended').waitFor();
    expect(await barriersOn(page)).toEqual([]);
    expect(complaints).toEqual([refusedWith(401), refusedWith(401)]);
  });

  it('fits a narrow phone', async () => {
    const { page, shoot } = await open();
    await enter(page, 'ada@example.test');
    await ask(page, 'Greet me');
    await page.getByRole('button', { name: 'Spoil the token' }).click();
    await ask(page, 'Load my profile');
    await page.getByText('ada@example.test').waitFor();
    await page.setViewportSize({ width: 1200, height: 1130 });
    await shoot(`example-${client}-member`);
    for (const width of [390, 360]) {
      await page.setViewportSize({ width, height: 844 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
    await page.setViewportSize(PHONE);
    await page.emulateMedia({ colorScheme: 'dark' });
    await shoot(`example-${client}-member-phone`);
  });
});

function calls() {
  return app.emulator.control.calls();
}

/** The e-mail address of a new user, whose profile is not cached. */
function newcomer(): string {
  const { email } = app.emulator.control.createUser({ displayName: 'Ida', password: DEVELOPMENT_PASSWORD });
  return String(email);
}

async function enter(page: Page, email: string, password = DEVELOPMENT_PASSWORD, button = 'Sign in') {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: button }).click();
}

/** Clicks a button that sends a query, and waits for the answer. */
async function ask(page: Page, button: string): Promise<void> {
  const card = page.locator('section', { has: page.getByRole('button', { name: button }) });
  const asked = await card.elementHandle();
  await page.getByRole('button', { name: button }).click();
  await asked?.evaluate((element) => {
    if (element.getAttribute('aria-busy') !== 'true') return;
    return new Promise((resolve) => {
      new MutationObserver(resolve).observe(element, { attributeFilter: ['aria-busy'] });
    });
  });
}

/** The console message of a browser for a refused request. */
function refusedWith(status: 401): string {
  return `Failed to load resource: the server responded with a status of ${status} (Unauthorized)`;
}
