import type { ServerResponse } from 'node:http';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { barriersOn } from '../support/accessible.ts';
import { startBrowser } from '../support/browser.ts';
import { startDevServer } from '../support/dev-server.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import {
  become,
  choose,
  DESKTOP,
  expectClean,
  LONG,
  openGraphiql,
  PATIENT,
  PHONE,
  pasteVariables,
  response,
  run,
  text,
  WITH_CLIPBOARD,
} from '../support/graphiql-page.ts';
import { startHttpServer } from '../support/http-server.ts';

const given = forAllTests({ browser: startBrowser, dev: () => startDevServer() });
beforeAll(() => given.dev.emulator.control.sendWebhooksTo(`${given.dev.url}/webhooks`));

/** Opens GraphiQL with the changes of the bar open. */
async function openChanges(options: Parameters<typeof openGraphiql>[2] = DESKTOP, server = given.dev) {
  const watched = await openGraphiql(given.browser, server, options);
  await watched.page.getByText('Changes at the provider').click();
  await shows(watched.page, '#dev-user-note', 'ada@example.test');
  return watched;
}

const click = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const shows = (page: Page, selector: string, what: string) =>
  expect.poll(() => text(page, selector), PATIENT).toBe(what);
const answers = (page: Page, part: string) => expect.poll(() => response(page), PATIENT).toContain(part);

/** Selects a permission, presses the button, and waits until the bar has read what is granted. */
async function press(page: Page, name: 'Grant' | 'Revoke', [place, permission]: readonly [string, string]) {
  await page.getByLabel('Team or project').selectOption({ label: place });
  await page.locator('#dev-permission').selectOption(permission);
  await click(page, name);
  const other = name === 'Grant' ? 'Revoke' : 'Grant';
  await page.getByRole('button', { name: other, exact: true }).waitFor(PATIENT);
}

describe('the changes of the bar in a browser', LONG, () => {
  it('change a name, which a subscription follows, and hold back its webhook until it is sent', async () => {
    const watched = await openChanges();
    const { page } = watched;
    const { control, people } = given.dev.emulator;
    await run(page, 'Live');
    await answers(page, '"Ada Lovelace"');
    const field = page.getByLabel('Name', { exact: true });
    const rename = async (name: string) => {
      await field.fill(name);
      await click(page, 'Change');
      await shows(page, '#dev-name-note', 'Changed');
    };
    await rename('Augusta');
    await answers(page, '"Augusta"');
    await shows(page, '#dev-webhook', 'user.updated: 204');

    await field.fill('Byron');
    const read = page.waitForResponse('**/dev-bar/user?*');
    await page.getByLabel('Webhooks on').uncheck();
    await (await read).finished();
    expect(await field.inputValue()).toBe('Byron');
    await rename('Byron');
    await shows(page, '#dev-webhook', 'user.updated: held back');
    expect(control.findUser(people.ada.id)?.displayName).toBe('Byron');
    expect(await response(page)).toContain('"Augusta"');
    await watched.shoot('graphiql-changes');
    await click(page, 'Send again');
    await answers(page, '"Byron"');

    control.updateUser(people.ada.id, { displayName: 'Ada Lovelace' });
    await click(page, 'Send test');
    await answers(page, '"Ada Lovelace"');
    await page.getByLabel('Webhooks on').check();
    await expect.poll(() => control.areWebhooksOn()).toBe(true);
    await page.getByRole('button', { name: 'Stop query' }).click();
    expectClean(watched);
    await page.context().close();
  });

  it('grant and revoke permissions, which open and close a field', async () => {
    const watched = await openChanges(WITH_CLIPBOARD);
    const { page } = watched;
    const { control, people, teams } = given.dev.emulator;
    await choose(page, 'Team');
    await pasteVariables(page, { id: teams.navy.id });
    const refused = / · 200 TEAM_PERMISSION_REQUIRED$/;
    expect(await run(page, 'Team')).toMatch(refused);
    await press(page, 'Grant', ['Navy', '$manage_api_keys']);
    await shows(page, '#dev-granted', 'Granted: $manage_api_keys, team_member');
    expect(await run(page, 'Team')).toMatch(/ · 200$/);
    await press(page, 'Revoke', ['Navy', '$manage_api_keys']);
    expect(await run(page, 'Team')).toMatch(refused);

    await press(page, 'Revoke', ['Project', 'staff']);
    await shows(page, '#dev-granted', 'Nothing is granted');
    expect(control.grantables(people.ada.id)[0]?.granted).toEqual([]);
    await press(page, 'Grant', ['Project', 'staff']);
    await become(page, 'Guest, anonymous');
    await shows(page, '#dev-user-note', 'anonymous');
    expect(await page.locator('#dev-place option').allInnerTexts()).toEqual(['Project']);
    expectClean(watched);
    await page.context().close();
  });

  it('end one session or all, and the next token is of a new one', async () => {
    const watched = await openChanges();
    const { page } = watched;
    const { control, people } = given.dev.emulator;
    await control.signIn(people.ada.id, { agentName: 'curl' });
    expect(await run(page, 'Account')).toMatch(/ · 200$/);
    await answers(page, '"agentName": "curl"');
    const sessions = page.getByLabel('Sessions');
    const names = async () =>
      (await sessions.locator('option').allInnerTexts()).map((name) =>
        name.replace(/ · [\d:]+( [AP]M)?/, ''),
      );
    await expect.poll(names, PATIENT).toEqual(['All (2)', 'curl', 'GraphiQL · this token']);
    await sessions.selectOption({ index: 1 });
    await click(page, 'End');
    await expect.poll(names, PATIENT).toEqual(['All (1)', 'GraphiQL · this token']);
    await shows(page, '#dev-session-note', 'Ended. Tokens stay valid until they expire');
    await click(page, 'End');
    await expect.poll(names, PATIENT).toEqual(['All (0)']);
    expect(control.sessions(people.ada.id)).toEqual([]);
    expect(await run(page, 'Account')).toMatch(/ · 200$/);
    await answers(page, '"sessions": []');
    await click(page, 'Renew');
    await expect.poll(() => control.sessions(people.ada.id).length, PATIENT).toBe(1);
    expectClean(watched);
    await page.context().close();
  });

  it('are accessible by keyboard on a phone, in light and dark, and leave room for GraphiQL', async () => {
    const watched = await openGraphiql(given.browser, given.dev, PHONE);
    const { page } = watched;
    await page.locator('#dev-changes summary').focus();
    await page.keyboard.press('Enter');
    await shows(page, '#dev-user-note', 'ada@example.test');
    const reached: string[] = [];
    for (const _key of Array(10)) {
      await page.keyboard.press('Tab');
      reached.push(
        String(await page.evaluate('document.activeElement.id || document.activeElement.innerText')),
      );
      if (reached.at(-1) === 'dev-name') {
        await page.keyboard.type('Augusta');
        await page.keyboard.press('Enter');
        await shows(page, '#dev-name-note', 'Changed');
      }
    }
    expect(reached).toEqual([
      ...['dev-user', 'dev-name', 'Change', 'dev-place', 'dev-permission', 'dev-grant'],
      ...['dev-session', 'dev-end', 'dev-webhooks', 'dev-again'],
    ]);
    expect(given.dev.emulator.control.findUser(given.dev.emulator.people.ada.id)?.displayName).toBe(
      'Augusta',
    );
    await run(page, 'Live');
    await answers(page, '"Augusta"');
    for (const [name, { viewport }] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
      await page.setViewportSize(viewport);
      expect(await barriersOn(page, '.dev-bar')).toEqual([]);
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        await watched.shoot(`graphiql-changes-${name}-${colorScheme}`);
      }
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(await overflowing(page)).toEqual([]);
      // The bar itself does not scroll.
      const bar =
        "(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(document.querySelector('.dev-bar'))";
      expect(await page.evaluate(bar)).toBe(0);
      const result = await page.locator('.result-window').boundingBox();
      expect(result?.height).toBeGreaterThan(80);
    }
    expectClean(watched);
    await page.context().close();
  });

  it('say what came of a webhook, that the user has been deleted, and what the emulator refuses', async () => {
    await using own = await startDevServer();
    const waiting: ServerResponse[] = [];
    await using receiver = await startHttpServer((_request, response) => void waiting.push(response));
    const watched = await openChanges(DESKTOP, own);
    const { page } = watched;
    await click(page, 'Send again');
    await shows(page, '#dev-webhook', 'There is no event yet');
    own.emulator.control.sendWebhooksTo(receiver.url);
    await click(page, 'Send test');
    await shows(page, '#dev-webhook', 'user.updated: sent');
    waiting[0]?.writeHead(500).end();
    await shows(page, '#dev-webhook', 'user.updated: 500');
    expect(await page.locator('#dev-webhook').getAttribute('data-tone')).toBe('bad');
    own.emulator.control.sendWebhooksTo(undefined);
    own.emulator.control.deleteUser(own.emulator.people.ada.id);
    await run(page, 'WhoAmI');
    await shows(page, '#dev-user-note', 'Deleted until the next npm run dev');
    expect(await page.getByLabel('Name', { exact: true }).isDisabled()).toBe(true);
    await page.getByLabel('User', { exact: true }).selectOption('Grace');
    await shows(page, '#dev-user-note', 'grace@example.test');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Grace Hopper');
    expect(watched.complaints.filter((line) => !line.includes('502'))).toEqual([]);
    await page.context().close();
  });
});

/** The controls of the bar that are cut off at its right edge. */
const overflowing = (page: Page) =>
  page.evaluate(`[...document.querySelectorAll('.dev-bar :is(select, input, button)')]
    .filter((each) => each.getBoundingClientRect().right > innerWidth).map((each) => each.id || each.innerText)`);
