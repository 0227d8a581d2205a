import { describe, expect, it } from 'vitest';
import type { SettingsPatch } from '../../src/emulator/settings.ts';
import { callAs, callAsServer, callWithoutToken } from './call.ts';
import { runEmulator } from './run.ts';

describe('a project without a feature', () => {
  const KEY = { description: 'k', expires_at_millis: null };
  it.each<readonly [SettingsPatch, string, string, object | undefined, number, string]>([
    [{ clientTeamCreation: false }, 'POST', '/teams', { display_name: 'x' }, 403, 'disabled'],
    [{ clientUserDeletion: false }, 'DELETE', '/users/me', undefined, 400, 'not enabled'],
    [{ userApiKeys: false }, 'POST', '/user-api-keys', { ...KEY, user_id: 'me' }, 400, 'not enabled'],
    [{ userApiKeys: false }, 'GET', '/user-api-keys?user_id=me', undefined, 400, 'not enabled'],
    [{ teamApiKeys: false }, 'GET', '/team-api-keys?team_id=', undefined, 400, 'not enabled'],
  ])('with %o refuses %s %s in plain text', async (settings, method, path, body, status, text) => {
    const emulator = await runEmulator();
    const call = await callAs(emulator, emulator.people.ada);
    const full = path.endsWith('team_id=') ? `${path}${emulator.teams.engines.id}` : path;
    emulator.control.updateProject(settings);
    const answer = await call(method, full, body);
    expect([answer.status, typeof answer.body]).toEqual([status, 'string']);
    expect(answer.refusal).toContain(text);
    emulator.control.updateProject({
      clientTeamCreation: true,
      clientUserDeletion: true,
      userApiKeys: true,
      teamApiKeys: true,
    });
    expect((await call(method, full, body)).status).toBeLessThan(300);
  });

  it('says so in its configuration', async () => {
    const emulator = await runEmulator();
    emulator.control.updateProject({ teamApiKeys: false, trustedDomains: ['https://app.example.test'] });
    const { body } = await callWithoutToken(emulator)('GET', '/projects/current');
    expect(body).toMatchObject({
      config: {
        allow_team_api_keys: false,
        allow_user_api_keys: true,
        client_team_creation_enabled: true,
        domains: [{ domain: 'https://app.example.test' }],
      },
    });
  });

  it('sends links to trusted domains, and to localhost while it is allowed', async () => {
    const emulator = await runEmulator();
    const call = await callAs(emulator, emulator.people.linus);
    const [channel] = emulator.control.contactChannels(emulator.people.linus.id);
    const send = async (callback_url: string) =>
      (await call('POST', `/contact-channels/me/${channel?.id}/send-verification-code`, { callback_url }))
        .refusal;
    expect(await send('http://localhost:3000/x')).toBeUndefined();
    emulator.control.updateProject({ trustedDomains: ['https://app.example.test'], allowLocalhost: false });
    expect(await send('https://app.example.test/verify')).toBeUndefined();
    for (const url of [
      'http://localhost:3000/x',
      'https://app.example.test.evil.example',
      'http://app.example.test',
    ])
      expect(await send(url)).toBe('REDIRECT_URL_NOT_WHITELISTED');
  });
});

describe('an invitation', () => {
  it('is accepted with the code of its e-mail', async () => {
    const emulator = await runEmulator();
    const { ada, linus } = emulator.people;
    const team_id = emulator.teams.engines.id;
    const invitation = { team_id, email: 'linus@example.test', callback_url: 'http://localhost:3000/join' };
    await (await callAs(emulator, ada))('POST', '/team-invitations/send-code', invitation);
    const [email] = emulator.control.emails();
    expect(email).toMatchObject({ kind: 'team-invitation', to: 'linus@example.test' });
    const code = new URL(email?.link ?? '').searchParams.get('code');
    const call = await callAs(emulator, linus);
    expect(await call('POST', '/team-invitations/accept', { code })).toMatchObject({ status: 200, body: {} });
    expect(emulator.control.members(team_id)).toContain(linus.id);
  });

  it.each(['radia', 'mallory', 'guest'] as const)(
    'is refused to %s, and used up by the attempt',
    async (name) => {
      const emulator = await runEmulator();
      const { id: teamId } = emulator.teams.engines;
      const { code } = emulator.control.invite({ teamId, email: 'x@example.test' });
      const refused = await (await callAs(emulator, emulator.people[name]))(
        'POST',
        '/team-invitations/accept',
        { code },
      );
      expect(refused).toMatchObject({ status: 403, refusal: 'TEAM_INVITATION_RESTRICTED_USER_NOT_ALLOWED' });
      const again = await (await callAs(emulator, emulator.people.linus))(
        'POST',
        '/team-invitations/accept',
        {
          code,
        },
      );
      expect(again).toMatchObject({ status: 409, refusal: 'VERIFICATION_CODE_ALREADY_USED' });
    },
  );

  it('expires after a week', async () => {
    let clock = 1_800_000_000_000;
    const emulator = await runEmulator({ now: () => clock });
    const { id, code } = emulator.control.invite({
      teamId: emulator.teams.engines.id,
      email: 'grace@example.test',
    });
    clock += 7 * 24 * 60 * 60 * 1000;
    const call = await callAs(emulator, emulator.people.grace);
    expect((await call('POST', '/team-invitations/accept', { code })).refusal).toBe(
      'VERIFICATION_CODE_EXPIRED',
    );
    const byId = await call('POST', `/team-invitations/${id}/accept?user_id=me`, {});
    expect(byId.refusal).toBe('VERIFICATION_CODE_NOT_FOUND');
    expect((await call('GET', '/team-invitations?user_id=me')).body).toMatchObject({ items: [] });
  });
});

describe('a contact channel', () => {
  it('that becomes primary is the address of the user, and one address is primary', async () => {
    const emulator = await runEmulator();
    const { ada } = emulator.people;
    const { id } = emulator.control.addContactChannel({
      userId: ada.id,
      value: 'Countess@Example.Test',
      isVerified: true,
    });
    const call = await callAs(emulator, ada);
    await call('PATCH', `/contact-channels/me/${id}`, { is_primary: true });
    expect(emulator.control.findUser(ada.id)).toMatchObject({
      email: 'countess@example.test',
      emailVerified: true,
      emailUsedForAuth: false,
    });
    const primary = emulator.control
      .contactChannels(ada.id)
      .map(({ value, isPrimary }) => [value, isPrimary]);
    expect(primary).toEqual([
      ['ada@example.test', false],
      ['countess@example.test', true],
    ]);
  });
});

describe('a session', () => {
  it('of support is hidden from clients and servers', async () => {
    const emulator = await runEmulator();
    const { ada } = emulator.people;
    await emulator.control.signIn(ada.id, { isImpersonation: true, agentName: 'support' });
    await emulator.control.signIn(ada.id, { agentName: 'assistant' });
    const call = await callAs(emulator, ada);
    const items = [{ is_current_session: true }, { is_impersonation: false, agent_name: 'assistant' }];
    expect((await call('GET', '/auth/sessions?user_id=me')).body).toMatchObject({ items });
    const seen = await callAsServer(emulator)('GET', `/auth/sessions?user_id=${ada.id}`);
    expect(seen.body).toMatchObject({ items: [{}, { agent_name: 'assistant' }] });
  });

  it('that control ends cannot be signed out of again', async () => {
    const emulator = await runEmulator();
    const call = await callAs(emulator, emulator.people.ada);
    const { body } = await call('GET', '/auth/sessions?user_id=me');
    const [{ id }] = (body as { readonly items: readonly [{ readonly id: string }] }).items;
    expect([emulator.control.endSession(id), emulator.control.endSession(id)]).toEqual([true, false]);
    expect((await call('DELETE', '/auth/sessions/current')).status).toBe(500);
  });
});

describe('an API key', () => {
  it('shows its secret once', async () => {
    const emulator = await runEmulator();
    const call = await callAs(emulator, emulator.people.ada);
    const created = await call('POST', '/user-api-keys', {
      user_id: 'me',
      description: 'CI',
      expires_at_millis: null,
      is_public: true,
    });
    const { id, value } = created.body as { readonly id: string; readonly value: string };
    expect(value).toMatch(/^pk_[0-9a-f]{45}[0-9a-f]{32}user[0-9a-f]{18}$/);
    for (const path of ['/user-api-keys?user_id=me', `/user-api-keys/${id}`])
      expect(JSON.stringify((await call('GET', path)).body)).not.toContain(value);
    const [stranger, team] = [
      await callAs(emulator, emulator.people.grace),
      `?team_id=${emulator.teams.navy.id}`,
    ];
    expect((await stranger('GET', `/user-api-keys/${id}`)).status).toBe(403);
    expect((await stranger('GET', `/team-api-keys/${id}${team}`)).status).toBe(403);
  });
});
