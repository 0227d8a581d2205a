import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { startDevServer } from '../support/dev-server.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import {
  become,
  choose,
  expectClean,
  LONG,
  openGraphiql,
  PATIENT,
  pasteVariables,
  response,
  run,
  text,
  WITH_CLIPBOARD,
} from '../support/graphiql-page.ts';

const given = forAllTests({ browser: startBrowser, dev: () => startDevServer() });

/** Fills in an example's variables, runs it, and returns what the bar says about its cost. */
async function runWith(page: Page, name: string, variables: object): Promise<string> {
  await choose(page, name);
  await pasteVariables(page, variables);
  return run(page, name);
}

const shows = (page: Page, part: string) => expect.poll(() => response(page), PATIENT).toContain(part);

describe('GraphiQL with the bar', LONG, () => {
  it('leads from a new team to its second member and a permission, and ends two sessions', async () => {
    const watched = await openGraphiql(given.browser, given.dev, WITH_CLIPBOARD);
    const { page } = watched;
    const { control, people } = given.dev.emulator;
    expect(await run(page, 'CreateTeam')).toBe('2 calls (create-team, team-permissions): CreateTeam · 200');
    await shows(page, '"displayName": "Compilers"');
    const teamId = String(/"id": "([^"]+)"/.exec(await response(page))?.[1]);
    expect(control.findTeam(teamId)).toMatchObject({ displayName: 'Compilers' });

    const input = { teamId, email: 'grace@example.test', callbackUrl: 'http://localhost:3000/join' };
    expect(await runWith(page, 'Invite', { input })).toBe('1 call (invite-to-team): Invite · 200');
    await expect.poll(() => text(page, '#dev-email'), PATIENT).toBe('Invitation');
    expect(await text(page, '#dev-link')).toContain(
      'To grace@example.test: http://localhost:3000/join?code=',
    );
    await page.getByRole('button', { name: 'Copy code' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const code = String(await page.evaluate('navigator.clipboard.readText()'));

    await become(page, 'Grace, in the same teams');
    expect(await runWith(page, 'Accept', { input: { code } })).toBe(
      '1 call (accept-invitation): Accept · 200',
    );
    await shows(page, '"accepted": true');
    await watched.shoot('graphiql-invitation');

    const all = '5 calls (members, sent-invitations, team-api-keys, team-permissions, teams)';
    expect(await runWith(page, 'Team', { id: teamId })).toBe(`${all}: Team · 200 TEAM_PERMISSION_REQUIRED`);
    await shows(page, '"reason": "TEAM_PERMISSION_REQUIRED"');
    await page.getByText('Changes at the provider').click();
    await page.getByLabel('Team or project').selectOption({ label: 'Compilers' });
    await page.locator('#dev-permission').selectOption('$manage_api_keys');
    await page.getByRole('button', { name: 'Grant' }).click();
    await page.getByRole('button', { name: 'Revoke' }).waitFor();
    expect(control.grantables(people.grace.id).map(({ granted }) => granted)).toContainEqual([
      '$manage_api_keys',
      'team_member',
    ]);
    expect(await run(page, 'Team')).toBe(`${all}: Team · 200`);
    await shows(page, '"$manage_api_keys"');

    await become(page, 'Ada, ordinary user');
    const { sessionId } = await control.signIn(people.ada.id, { agentName: 'curl' });
    expect(await run(page, 'Account')).toMatch(/^3 calls .*: Account · 200$/);
    await shows(page, '"agentName": "curl"');
    expect(await runWith(page, 'RevokeSession', { id: sessionId })).toMatch('1 call (revoke-session)');
    expect(await run(page, 'SignOut')).toBe('1 call (sign-out): SignOut · 200');
    await shows(page, '"signedOut": true');
    expect(control.sessions(people.ada.id)).toEqual([]);
    const renewed = page.waitForResponse('**/dev-bar/token');
    await page.getByRole('button', { name: 'Renew' }).click();
    await renewed;
    expect(control.sessions(people.ada.id)).toHaveLength(1);
    expectClean(watched);
    await page.context().close();
  });
});
