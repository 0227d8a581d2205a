import { afterEach, describe, expect, it } from 'vitest';
import { DEVELOPMENT_PASSWORD } from '../../src/emulator/seed.ts';
import { barriersOn } from '../support/accessible.ts';
import { startBrowser, type WatchedPage } from '../support/browser.ts';
import { startExampleApp } from '../support/example-app.ts';
import {
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

const MINUTES = 60_000;

let skew = 0;
let opened: WatchedPage | undefined;

const given = forAllTests({
  app: () => startExampleApp({ now: () => Date.now() + skew }),
  browser: startBrowser,
});
afterEach(async () => {
  skew = 0;
  given.app.emulator.control.heal();
  await opened?.page.context().close();
});

describe.each(['apollo', 'urql'] as const)('the example, asking by %s', { timeout: 60_000 }, (client) => {
  const open = async (): Promise<WatchedPage> => {
    opened = await openExample(given.browser, given.app, client);
    return opened;
  };

  it('signs a user up, shows the user without a profile call, and the profile with one', async () => {
    const watched = await open();
    const { page, complaints, foreign } = watched;
    const { control } = given.app.emulator;
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    if (client === 'apollo') await expectUsable(watched, 'sign-in');
    await enter(page, 'ada@example.test', { password: 'not the password' });
    await page.getByRole('alert').getByText('Wrong e-mail or password').waitFor();

    await page.getByRole('button', { name: 'Create an account' }).click();
    const button = 'Create the account';
    await enter(page, `${client}@example.test`, { password: 'a long password', button });
    const user = await idOnPage(page);
    expect(control.findUser(user)?.email).toBe(`${client}@example.test`);
    await page.getByText('You have no name').waitFor();
    await page.getByText(`${client}@example.test (not verified)`).waitFor();

    await goTo(page, 'Notes');
    await page.reload();
    await page.getByText('Nothing written yet').waitFor();
    control.updateUser(user, { displayName: 'Ida' });
    await until('the answer to the webhook', () => control.webhooks().at(-1)?.status === 204);
    const gate = control.hold('profile');
    control.resetCalls();
    await goTo(page, 'You');
    await page.getByText(user).waitFor();
    await part(page, 'Your profile').getByText('Loading').waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await reload(page, 'Who you are');
    expect((await onTheWire(page, 'WhoAmI'))[0]).toBe('200 · 0 calls');
    // A subscription makes its calls after its headers.
    expect((await onTheWire(page, 'LiveUser'))[0]).toBe('200');
    gate.release();
    await part(page, 'Your profile').getByText('Ida').waitFor();
    await part(page, 'Your name, live').getByText('Ida').waitFor();
    // For the subscription and the query.
    expect(calls().profile).toBe(1);
    if (client === 'apollo') await expectUsable(watched, 'you');
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
  });

  it('shows a name that is changed elsewhere within a second', async () => {
    const { page, complaints } = await open();
    const { control } = given.app.emulator;
    const { email, id } = control.createUser({ displayName: 'Ida', password: DEVELOPMENT_PASSWORD });
    await enter(page, String(email));
    const live = part(page, 'Your name, live');
    await live.getByText('Ida', { exact: true }).waitFor();
    for (const displayName of ['Ida Rhodes', 'Ida B. Rhodes']) {
      control.updateUser(id, { displayName });
      await live.getByText(displayName, { exact: true }).waitFor({ timeout: 1_000 });
    }
    expect(complaints).toEqual([]);
  });

  it('renews a refused token once for five queries, without an error on the page', async () => {
    const { page, complaints } = await open();
    await enter(page, newcomer());
    await page.getByText('Member', { exact: true }).waitFor();
    await part(page, 'Your profile').getByText('Ida').waitFor();
    await page.getByRole('button', { name: 'Spoil the token' }).click();
    given.app.emulator.control.resetCalls();
    await goTo(page, 'Account');
    await page.getByLabel('Marketing').waitFor();
    await part(page, 'Where you are signed in').getByText('This one').waitFor();
    await part(page, 'API keys').getByText('You have none').waitFor();
    expect(calls().refresh).toBe(1);
    expect(await page.locator('.problem, .trouble').count()).toBe(0);
    expect(await onTheWire(page, 'Sessions')).toEqual([
      '200 · 1 call',
      '401 · UNAUTHENTICATED INVALID_TOKEN · 0 calls',
    ]);
    expect(complaints).toEqual(Array(5).fill(refusedWith(401)));
  });

  it('renews an expired token in a browser whose clock is slow, without an error on the page', async () => {
    const { page, complaints } = await open();
    const { control } = given.app.emulator;
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
    await part(page, 'Your name, live').getByText('Ida').waitFor();
    await part(page, 'Your profile').getByText('Ida').waitFor();
    const log = page.getByRole('list', { name: 'Requests' }).locator('code');
    // Two queries and the subscription, twice each.
    expect((await log.allTextContents()).sort()).toEqual([
      ...Array(3).fill('200'),
      ...Array(3).fill('401 · UNAUTHENTICATED EXPIRED_TOKEN'),
      'renewed',
    ]);
    expect(calls().refresh).toBe(1);
    expect(complaints).toEqual(Array(3).fill(refusedWith(401)));
  });

  it('does not repeat a mutation that was executed', async () => {
    const { page } = await open();
    const { control } = given.app.emulator;
    const { email, id } = control.createUser({ displayName: 'Ida', password: DEVELOPMENT_PASSWORD });
    await enter(page, String(email));
    await goTo(page, 'Account');
    await page.getByLabel('The name that others see').fill('Ida Rhodes');
    // By the clock of the provider the token has expired, and by that of the server it has not.
    skew = 11 * MINUTES;
    control.resetCalls();
    const name = part(page, 'Name');
    await name.getByRole('button', { name: 'Save' }).click();
    await name.getByText('The server does not accept your sign-in').waitFor();
    expect(await onTheWire(page, 'Rename')).toEqual(['200 · UNAUTHENTICATED EXPIRED_TOKEN · 1 call']);
    expect(calls().refresh).toBe(0);
    skew = 0;
    await name.getByRole('button', { name: 'Save' }).click();
    await until('the renamed user', () => control.findUser(id)?.displayName === 'Ida Rhodes');
  });

  it('keeps what is on the page while the provider is down, says so, and recovers', async () => {
    const watched = await open();
    const { page, complaints } = watched;
    const { control } = given.app.emulator;
    const { email, id } = control.createUser({ displayName: 'Ida', password: DEVELOPMENT_PASSWORD });
    await enter(page, String(email));
    const profile = part(page, 'Your profile');
    await profile.getByText(String(email)).waitFor();
    const end = control.fail('profile', { kind: 'status', status: 503 });
    // Drops what is cached.
    control.updateUser(id, { displayName: 'Ida Rhodes' });
    await until('the answer to the webhook', () => control.webhooks().at(-1)?.status === 204);
    await reload(page, 'Your profile');
    await profile.getByText('The identity provider does not answer').waitFor();
    await profile.getByText('What you see was loaded before').waitFor();
    expect(await profile.getByText('not known').count()).toBe(0);
    await profile.getByText(String(email)).waitFor();
    const live = part(page, 'Your name, live');
    await live.getByText('Ida').waitFor();
    // Also on a page that is left and opened again.
    await goTo(page, 'Notes');
    await page.getByRole('heading', { name: 'Notes', exact: true }).waitFor();
    await goTo(page, 'You');
    await profile.getByText('What you see was loaded before').waitFor();
    await profile.getByText(String(email)).waitFor();
    await live.getByText('Ida').waitFor();
    const entry = page.getByRole('listitem').filter({ hasText: 'MyProfile' }).first();
    expect(await entry.getAttribute('data-kind')).toBe('partial');
    expect(await entry.locator('code').textContent()).toBe('200 · UPSTREAM_UNAVAILABLE');
    if (client === 'urql') await expectUsable(watched, 'down');
    end();
    // Where calls for several users have failed, the server pauses before it calls again.
    await page.getByRole('button', { name: 'Try again' }).click();
    await until('the new name', async () => {
      await reload(page, 'Your profile');
      return (await profile.innerText()).includes('Ida Rhodes');
    });
    await page.getByText('The identity provider does not answer').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('keeps showing loaded data while offline, and asks again when it is online', async () => {
    const watched = await open();
    const { page, complaints } = watched;
    await enter(page, newcomer());
    await page.getByText('Member', { exact: true }).waitFor();
    await page.context().setOffline(true);
    await reload(page, 'Who you are');
    await part(page, 'Who you are').getByText('You are offline').waitFor();
    await page.getByText('Member', { exact: true }).waitFor();
    if (client === 'apollo') await expectUsable(watched, 'offline');
    await page.context().setOffline(false);
    await page.getByText('You are offline').waitFor({ state: 'detached' });
    // The subscription tries again by itself.
    expect(new Set(complaints)).toEqual(new Set(['Failed to load resource: net::ERR_INTERNET_DISCONNECTED']));
  });

  it('signs out, and reports a session that was ended elsewhere', async () => {
    const watched = await open();
    const { page, complaints } = watched;
    const { control } = given.app.emulator;
    const { email, id } = control.createUser({ password: DEVELOPMENT_PASSWORD });
    await enter(page, String(email));
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await enter(page, String(email));
    await page.getByText(id).waitFor();
    control.deleteUser(id);
    await page.getByRole('button', { name: 'Spoil the token' }).click();
    await page.getByRole('button', { name: 'Reload: Who you are' }).click();
    await page.getByText('Your session has ended').waitFor();
    if (client === 'urql') await expectUsable(watched, 'session-ended');
    expect(complaints).toEqual([refusedWith(401), refusedWith(401)]);
  });
});

function calls() {
  return given.app.emulator.control.calls();
}

/** The e-mail address of a new user, whose profile is not cached. */
function newcomer(): string {
  const { email } = given.app.emulator.control.createUser({
    displayName: 'Ida',
    password: DEVELOPMENT_PASSWORD,
  });
  return String(email);
}
