import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { DEVELOPMENT_PASSWORD } from '../../src/emulator/seed.ts';
import { startBrowser, type WatchedPage } from '../support/browser.ts';
import { startExampleApp } from '../support/example-app.ts';
import {
  type ClientName,
  enter,
  expectUsable,
  goTo,
  idOnPage,
  onTheWire,
  openExample,
  part,
  refusedWith,
  reload,
} from '../support/example-page.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import { until } from '../support/until.ts';

const opened: WatchedPage[] = [];

const given = forAllTests({
  // As in development, changes show at once.
  app: () => startExampleApp({ env: { PROFILE_CACHE_TTL: '0', RATE_LIMIT: '80' } }),
  browser: startBrowser,
});
afterEach(async () => {
  given.app.emulator.control.heal();
  for (const { page } of opened.splice(0)) await page.context().close();
});

async function open(client: ClientName): Promise<WatchedPage> {
  const watched = await openExample(given.browser, given.app, client);
  opened.push(watched);
  return watched;
}

/** Signs a new user in, whose address is not verified. */
async function signIn(page: Page, displayName: string) {
  const { control } = given.app.emulator;
  const user = control.createUser({ displayName, password: DEVELOPMENT_PASSWORD, emailVerified: false });
  await enter(page, String(user.email));
  await page.getByText('Member', { exact: true }).waitFor();
  return { ...user, email: String(user.email) };
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

describe('the example', { timeout: 60_000 }, () => {
  it('leads from a new team to its second member, by the link in the e-mail, and to the end of the team', async () => {
    const [founders, guests] = [await open('apollo'), await open('urql')];
    const [page, other] = [founders.page, guests.page];
    const { control } = given.app.emulator;
    await signIn(page, 'Ida');
    await goTo(page, 'Teams');
    await page.getByText('You are in no team yet').waitFor();
    await page.getByLabel('Name of the team').fill('x'.repeat(257));
    await press(page, 'Create');
    await expect.poll(() => page.getByLabel('Name of the team').getAttribute('aria-invalid')).toBe('true');
    expect(await onTheWire(page, 'CreateTeam')).toEqual(['200 · INVALID_INPUT · 0 calls']);
    await expectUsable(founders, 'teams-invalid');
    await page.getByLabel('Name of the team').fill('Compilers');
    await press(page, 'Create');
    await page.getByRole('heading', { name: 'Compilers' }).waitFor();

    const linus = await signIn(other, 'Linus');
    await page.getByLabel('E-mail address').fill(linus.email);
    await press(page, 'Invite');
    await press(page, `Revoke the invitation to ${linus.email}`);
    await page.getByRole('button', { name: /Revoke the invitation/ }).waitFor({ state: 'detached' });
    await page.getByLabel('E-mail address').fill(linus.email);
    await press(page, 'Invite');
    await page.getByRole('button', { name: /Revoke the invitation/ }).waitFor();
    await expectUsable(founders, 'team');

    const links = control.emails().filter(({ to }) => to === linus.email);
    await other.goto(String(links[0]?.link));
    await press(other, 'Join the team');
    await other.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    await expectUsable(guests, 'invitation-revoked');
    await other.goto(String(links[1]?.link));
    await press(other, 'Join the team');
    await other.getByRole('link', { name: 'Compilers' }).click();
    await part(other, 'Members').getByText('Ida').waitFor();
    expect(await other.getByRole('button', { name: /Remove|Rename|Delete/ }).count()).toBe(0);
    await expectUsable(guests, 'team-member');

    // The permission is withdrawn while its form is on the page.
    const teamId = String(other.url().split('/').at(-1));
    control.revokePermission({ teamId, userId: linus.id, permissionId: 'team_member' });
    await other.getByLabel('E-mail address').fill('grace@example.test');
    await press(other, 'Invite');
    await other.getByText('You lack the permission for this in the team').waitFor();
    expect(await onTheWire(other, 'Invite')).toEqual(['200 · FORBIDDEN TEAM_PERMISSION_REQUIRED · 1 call']);
    await reload(other, 'What you may do');
    await part(other, 'Invitations').waitFor({ state: 'detached' });

    await reload(page, 'Members');
    await press(page, 'Remove Linus');
    await press(page, 'Really remove?');
    await part(page, 'Members').getByText('Linus').waitFor({ state: 'detached' });
    await other.reload();
    await other.getByRole('heading', { name: 'There is no such team' }).waitFor();
    await other.getByText('There is no such team, or you are not in it').waitFor();
    await expectUsable(guests, 'team-lost');
    await press(page, 'Delete the team');
    await press(page, 'Really delete Compilers?');
    await page.getByText('You are in no team yet').waitFor();
    expect([founders.complaints, guests.complaints]).toEqual([[], []]);
  });

  it('accepts an invitation from the list, and leaves the team', async () => {
    const { page, complaints } = await open('urql');
    const { control, teams } = given.app.emulator;
    const { email, id } = control.createUser({ displayName: 'Ida', password: DEVELOPMENT_PASSWORD });
    control.invite({ teamId: teams.navy.id, email: String(email) });
    await enter(page, String(email));
    await goTo(page, 'Teams');
    await press(page, 'Accept the invitation to Navy');
    await page.getByText('None at the moment').waitFor();
    await page.getByRole('link', { name: 'Navy' }).click();
    await part(page, 'Members').getByText('Grace Hopper').waitFor();
    await press(page, 'Leave the team');
    await press(page, 'Really leave Navy?');
    await page.getByText('You are in no team yet').waitFor();
    expect(control.members(teams.navy.id)).not.toContain(id);
    expect(complaints).toEqual([]);
  });

  it('changes name, addresses, sessions, API keys and preferences', async () => {
    const watched = await open('urql');
    const { page } = watched;
    const { control } = given.app.emulator;
    const { id, email } = await signIn(page, 'Ida');
    await control.signIn(id, { agentName: 'A phone' });
    await goTo(page, 'Account');
    await page.getByLabel('The name that others see').fill('Ida Rhodes');
    await press(page, 'Save');
    await expect.poll(() => control.findUser(id)?.displayName).toBe('Ida Rhodes');

    const emails = part(page, 'E-mail addresses');
    await page.getByLabel('Another address').fill(email);
    await press(page, 'Add');
    await emails.locator('.refusal, .problem').filter({ hasText: /\w/ }).waitFor();
    await page.getByLabel('Another address').fill(`second-${email}`);
    await press(page, 'Add');
    await press(page, `Make primary: second-${email}`);
    await press(page, `Remove ${email}`);
    await press(page, 'Really remove?');
    await emails.getByText(email, { exact: true }).waitFor({ state: 'detached' });
    await press(page, `Verify second-${email}`);
    await page.getByText('Sent: open the link').waitFor();

    await press(page, 'Sign out: A phone');
    await press(page, 'Really sign out?');
    await page.getByText('A phone').waitFor({ state: 'detached' });
    expect(control.sessions(id)).toHaveLength(1);
    await page.getByLabel('Marketing').click();
    await expect.poll(() => page.getByLabel('Marketing').isChecked()).toBe(false);

    await page.getByLabel('What it is for').fill('backups');
    await press(page, 'Create');
    const secret = String(await part(page, 'API keys').locator('.secret code').textContent());
    expect(secret).toMatch(/^sk_/);
    await page.getByText(`…${secret.slice(-4)}`).waitFor();
    await expectUsable(watched, 'account');
    await press(page, 'I have stored it');
    expect((await page.locator('body').innerText()).includes(secret)).toBe(false);
    await press(page, 'Revoke the key for backups');
    await press(page, 'Really revoke?');
    await page.getByText('Revoked', { exact: true }).waitFor();

    await page.goto(String(control.emails().at(-1)?.link));
    await page.getByRole('heading', { name: 'Verify your e-mail address' }).waitFor();
    await expectUsable(watched, 'verify');
    await press(page, 'Verify the address');
    await emails.getByText('Verified', { exact: true }).waitFor();
    expect(await page.getByLabel('Marketing').isChecked()).toBe(false);

    const longest = 'W'.repeat(256);
    await page.getByLabel('The name that others see').fill(longest);
    await press(page, 'Save');
    await expect.poll(() => control.findUser(id)?.displayName).toBe(longest);
    await goTo(page, 'You');
    await part(page, 'Your name, live').getByText(longest).waitFor();
    await expectUsable(watched, 'long-name');
    expect(watched.complaints).toEqual([]);
  });

  it.each(['apollo', 'urql'] as const)(
    'writes notes, pages through them, and deletes one (%s)',
    async (client) => {
      const watched = await open(client);
      const { page } = watched;
      const { id } = await signIn(page, 'Ida');
      const token = await given.app.emulator.control.mintToken({ userId: id });
      for (const number of [1, 2, 3, 4, 5, 6, 7]) {
        await ask(token, `mutation { addNote(text: "Note ${number}") { id } }`);
      }
      await goTo(page, 'Notes');
      await press(page, 'Show more');
      const [first, second] = [part(page, 'Your notes'), part(page, 'Your notes, page 2')];
      await second.getByText('Note 7').waitFor();
      expect([await first.getByRole('listitem').count(), await second.getByRole('listitem').count()]).toEqual(
        [5, 2],
      );
      await page.getByLabel('What to remember').fill('Note 8');
      await press(page, 'Write');
      await second.getByText('Note 8').waitFor();
      await press(page, 'Delete the note: Note 6');
      await second.getByText('Note 6').waitFor({ state: 'detached' });
      if (client === 'urql') await expectUsable(watched, 'notes');
      await page.getByLabel('What to remember').fill('   ');
      await press(page, 'Write');
      await page.getByText('A note has 1 to 10,000 characters').waitFor();
      expect((await onTheWire(page, 'AddNote'))[0]).toBe('200 · BAD_REQUEST NOTE_TEXT · 0 calls');
      expect(watched.complaints).toEqual([]);
    },
  );

  it.each(['apollo', 'urql'] as const)('makes a member of a guest, who keeps the id (%s)', async (client) => {
    const watched = await open(client);
    const { page } = watched;
    await press(page, 'Look around without one');
    await page.getByText('Guest', { exact: true }).waitFor();
    const id = await idOnPage(page);
    if (client === 'apollo') await expectUsable(watched, 'guest');
    await goTo(page, 'Notes');
    await page.getByLabel('What to remember').fill('Milk');
    await press(page, 'Write');
    await page.getByText('This needs an account').waitFor();
    expect(await onTheWire(page, 'AddNote')).toEqual(['200 · FORBIDDEN ANONYMOUS_USER · 0 calls']);
    if (client === 'apollo') await expectUsable(watched, 'guest-refused');
    await page.getByRole('link', { name: 'Create an account' }).click();
    const button = 'Create my account';
    await enter(page, `guest-${client}@example.test`, { password: 'a long password', button });
    await page.getByText('Member', { exact: true }).waitFor();
    expect(await idOnPage(page)).toBe(id);
    await goTo(page, 'Notes');
    await page.getByLabel('What to remember').fill('Milk');
    await press(page, 'Write');
    await part(page, 'Your notes').getByText('Milk').waitFor();
    expect(watched.complaints).toEqual([]);
  });

  it('tells a restricted user why', async () => {
    const watched = await open('apollo');
    const { page } = watched;
    await enter(page, 'radia@example.test');
    await page.getByText('Restricted', { exact: true }).waitFor();
    await page.getByText('Verify your e-mail address').waitFor();
    await goTo(page, 'Teams');
    await page.getByLabel('Name of the team').fill('Compilers');
    await press(page, 'Create');
    await page.getByText('Your account is restricted').waitFor();
    await expectUsable(watched, 'restricted');
    expect(watched.complaints).toEqual([]);
  });

  it('tells a user who sends too many requests to wait, and keeps what is on the page', async () => {
    const watched = await open('apollo');
    const { page, complaints } = watched;
    const { id } = await signIn(page, 'Ida');
    const token = await given.app.emulator.control.mintToken({ userId: id });
    await until('a refusal', async () => (await ask(token, '{ __typename }')) === 429);
    await reload(page, 'Who you are');
    await part(page, 'Who you are')
      .getByText(/too many requests. Try again in \d+ s/)
      .waitFor();
    await page.getByText('Member', { exact: true }).waitFor();
    expect((await onTheWire(page, 'WhoAmI'))[0]).toBe('429 · RATE_LIMITED · 0 calls');
    await expectUsable(watched, 'rate-limited');
    expect(complaints).toEqual([refusedWith(429)]);
  });

  it('tells who has a provider that is older than the SDK what to do', async () => {
    const watched = await open('urql');
    const { page } = watched;
    const error = { code: 'ACCESS_TYPE_REQUIRED', error: 'You must specify an access level' };
    const headers = {
      'content-type': 'application/json',
      'x-stack-known-error': error.code,
      'access-control-allow-origin': '*',
      'access-control-expose-headers': '*',
    };
    given.app.emulator.control.fail('sign-up', {
      kind: 'status',
      status: 400,
      headers,
      body: JSON.stringify(error),
    });
    await enter(page, 'ada@example.test');
    await page.getByText('does not know the headers of this SDK').waitFor();
    await expectUsable(watched, 'older-provider');
  });

  it('can be used by keyboard alone', async () => {
    const watched = await open('apollo');
    const { page } = watched;
    const { email } = given.app.emulator.control.createUser({ password: DEVELOPMENT_PASSWORD });
    await tabTo(page, 'E-mail');
    await page.keyboard.type(String(email));
    await tabTo(page, 'Password');
    await page.keyboard.type(DEVELOPMENT_PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('Member', { exact: true }).waitFor();
    await page.keyboard.press('Shift+Tab');
    await tabTo(page, 'Teams', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Teams', exact: true }).waitFor();
    expect(await focused(page)).toMatchObject({ name: 'Teams', tag: 'H1' });
    await tabTo(page, 'Name of the team');
    await page.keyboard.type('Compilers');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Compilers' }).waitFor();
    await tabTo(page, 'Leave the team');
    await page.keyboard.press('Enter');
    await page.getByText('Really leave Compilers?').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Leave the team').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByText('You are in no team yet').waitFor();
    // An address that is no team, and no page.
    await page.goto(`${given.app.url}/#/teams/%`);
    await page.getByRole('heading', { name: 'There is no such team' }).waitFor();
    await page.goto(`${given.app.url}/#/nowhere`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await expectUsable(watched, 'no-page');
  });
});

/** Sends an operation beside the page, and returns the status. */
async function ask(token: string, query: string): Promise<number> {
  const headers = { 'content-type': 'application/json', 'x-stack-access-token': token };
  const answer = await fetch(given.app.graphqlUrl, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

interface Focused {
  readonly name: string;
  readonly tag: string;
  readonly outline: string;
}

/** The element that has the focus: its label or text, and its outline. */
function focused(page: Page): Promise<Focused> {
  return page.evaluate(`(() => {
    const { activeElement: element } = document;
    const name = element.labels?.[0]?.textContent ?? element.textContent;
    return { name, tag: element.tagName, outline: getComputedStyle(element).outlineStyle };
  })()`);
}

/** Presses Tab until the element has the focus. Each element on the way shows that it has it. */
async function tabTo(page: Page, name: string, key = 'Tab'): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 60) {
    await page.keyboard.press(key);
    const found = await focused(page);
    passed.push(found.name);
    if (found.tag !== 'BODY' && found.tag !== 'H1') expect(found).toMatchObject({ outline: 'solid' });
    if (found.name === name) return;
  }
  throw new Error(`Not reached by ${key}: ${name}, but ${passed.join(', ')}`);
}
