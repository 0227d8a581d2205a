import { StackClientApp } from '@stackframe/js';
import { describe, expect, it } from 'vitest';
import { DEVELOPMENT_PASSWORD } from '../../src/emulator/seed.ts';
import { runEmulator } from './run.ts';

const CALLBACK = 'http://localhost:3000/callback';

async function signIn({ withKey = true } = {}) {
  const emulator = await runEmulator();
  const app = new StackClientApp({
    projectId: emulator.projectId,
    ...(withKey && { publishableClientKey: emulator.publishableClientKey }),
    baseUrl: emulator.url,
    tokenStore: 'memory',
    noAutomaticPrefetch: true,
  });
  await app.signInWithCredential({
    email: 'ada@example.test',
    password: DEVELOPMENT_PASSWORD,
    noRedirect: true,
  });
  return { emulator, app, user: await app.getUser({ or: 'throw' }) };
}

describe("the provider's own SDK", () => {
  it('renews a token without a publishable client key, which new projects do not require', async () => {
    const { app } = await signIn({ withKey: false });
    const token = app.getConvexClientAuth({});
    const first = await token({ forceRefreshToken: false });
    const renewed = await token({ forceRefreshToken: true });
    expect(renewed).toMatch(/^eyJ/);
    expect(renewed).not.toBe(first);
  });

  it('manages a team of the emulator', async () => {
    const { emulator, user } = await signIn();
    const team = await user.createTeam({ displayName: 'Bletchley' });
    await team.update({ displayName: 'Bletchley Park' });
    expect((await user.listTeams()).map(({ displayName }) => displayName)).toContain('Bletchley Park');
    expect((await user.listPermissions(team)).map(({ id }) => id)).toContain('$invite_members');
    expect(await user.hasPermission(team, '$unknown')).toBe(false);
    expect((await user.listPermissions()).map(({ id }) => id)).toEqual(['beta', 'staff']);
    await (await user.getTeamProfile(team)).update({ displayName: 'Countess' });
    const members = await team.listUsers();
    expect(members.map(({ teamProfile }) => teamProfile.displayName)).toEqual(['Countess']);
    await team.inviteUser({ email: 'grace@example.test', callbackUrl: CALLBACK });
    const [invitation] = await team.listInvitations();
    await invitation?.revoke();
    expect(await team.listInvitations()).toEqual([]);
    await user.setSelectedTeam(team);
    expect(emulator.control.findUser(user.id)?.selectedTeam?.id).toBe(team.id);
    await team.delete();
    expect(emulator.control.findTeam(team.id)).toBeUndefined();
    expect(emulator.control.calls().other).toBe(0);
  });

  it('manages an account of the emulator', async () => {
    const { emulator, user } = await signIn();
    const channel = await user.createContactChannel({
      type: 'email',
      value: 'countess@example.test',
      usedForAuth: false,
    });
    await channel.sendVerificationEmail({ callbackUrl: CALLBACK });
    expect(emulator.control.emails()).toMatchObject([{ to: 'countess@example.test' }]);
    await channel.update({ isPrimary: true });
    expect(emulator.control.findUser(user.id)?.email).toBe('countess@example.test');
    const key = await user.createApiKey({ description: 'CI', expiresAt: null });
    expect((await user.listApiKeys()).map(({ id }) => id)).toEqual([key.id]);
    const categories = await user.listNotificationCategories();
    expect(categories.map(({ name }) => name)).toEqual(['Transactional', 'Marketing']);
    await user.updatePassword({ oldPassword: DEVELOPMENT_PASSWORD, newPassword: 'Correct-Horse-2' });
    expect(await user.getActiveSessions()).toHaveLength(1);
    await user.delete();
    expect(emulator.control.findUser(user.id)).toBeUndefined();
    expect(emulator.control.calls().other).toBe(0);
  });
});
