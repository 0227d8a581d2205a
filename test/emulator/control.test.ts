import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { DEVELOPMENT_PASSWORD } from '../../src/emulator/seed.ts';
import { clientHeaders, fetchProfile, jwksUrl, runEmulator } from './run.ts';

const PAGE = 'http://localhost:5173';

interface ControlRequest {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

function control(
  emulator: Emulator,
  path: string,
  { method = 'GET', body, headers }: ControlRequest = {},
): Promise<Response> {
  return fetch(`${emulator.url}/control${path}`, {
    method,
    headers: { 'x-emulator-secret': emulator.controlSecret, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

describe('control over HTTP', () => {
  it('answers requests that carry the secret', async () => {
    const emulator = await runEmulator();
    expect((await control(emulator, '/calls')).status).toBe(200);
  });

  it.each([
    ['a wrong secret', { 'x-emulator-secret': 'wrong' }],
    ['no secret', { 'x-emulator-secret': '' }],
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['a loopback origin that is not listed', { origin: 'http://localhost:9999' }],
  ])('answers 404, as for an unknown path, to %s', async (_what, headers) => {
    const emulator = await runEmulator({ controlOrigins: [PAGE] });
    for (const method of ['GET', 'DELETE', 'OPTIONS']) {
      const refused = await control(emulator, '/calls', { method, headers });
      const nothing = await control(emulator, '/nothing', { method, headers });
      expect(refused.status).toBe(404);
      expect((await refused.text()).replace('calls', 'nothing')).toBe(await nothing.text());
      expect(refused.headers.has('access-control-allow-origin')).toBe(false);
    }
  });

  it('refuses the secret of another emulator', async () => {
    const [one, other] = await Promise.all([runEmulator(), runEmulator()]);
    const headers = { 'x-emulator-secret': other.controlSecret };
    expect((await control(one, '/people', { headers })).status).toBe(404);
  });

  it('refuses a foreign Host even with the right secret', async () => {
    const { url, controlSecret } = await runEmulator();
    const headers = { host: 'evil.example', 'x-emulator-secret': controlSecret };
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${url}/control/people`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.once('error', reject).end();
    });
    expect(status).toBe(403);
  });

  it('answers pages of a listed origin', async () => {
    const emulator = await runEmulator({ controlOrigins: [PAGE] });
    const headers = { origin: PAGE };
    const preflight = await fetch(`${emulator.url}/control/tokens`, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-emulator-secret');
    const answer = await control(emulator, '/people', { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE);
    const unknown = await control(emulator, '/people', {
      headers: { ...headers, 'x-emulator-secret': 'wrong' },
    });
    expect(unknown.status).toBe(404);
    const mistakes = [
      unknown,
      await control(emulator, '/users/nobody', { headers }),
      await control(emulator, '/tokens', { method: 'POST', body: 'nonsense', headers }),
    ];
    for (const { headers: sent } of mistakes) expect(sent.get('access-control-allow-origin')).toBe(PAGE);
  });

  it('creates, shows, changes and deletes users', async () => {
    const emulator = await runEmulator();
    const body = {
      email: 'new@example.test',
      password: DEVELOPMENT_PASSWORD,
      serverMetadata: { a: [1, null] },
    };
    const created = await control(emulator, '/users', { method: 'POST', body });
    expect(created.status).toBe(201);
    const { id, ...user } = await created.json();
    expect(user).toMatchObject({ kind: 'ordinary', hasPassword: true, serverMetadata: { a: [1, null] } });
    expect((await control(emulator, '/users', { method: 'POST', body: { id } })).status).toBe(409);

    const patched = await control(emulator, `/users/${id}`, {
      method: 'PATCH',
      body: { displayName: 'New' },
    });
    expect(await patched.json()).toMatchObject({ email: 'new@example.test', displayName: 'New' });
    expect((await control(emulator, `/users/${id}`)).status).toBe(200);
    expect((await control(emulator, `/users/${id}`, { method: 'DELETE' })).status).toBe(204);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      expect((await control(emulator, `/users/${id}`, { method })).status).toBe(404);
    }
  });

  it('signs users in', async () => {
    const emulator = await runEmulator();
    const { ada } = await (await control(emulator, '/people')).json();
    const session = await (await control(emulator, `/users/${ada.id}/sessions`, { method: 'POST' })).json();
    expect((await fetchProfile(emulator, session.accessToken)).status).toBe(200);
  });

  it('ends sessions of a user, and none of another', async () => {
    const emulator = await runEmulator();
    const { ada, grace } = emulator.people;
    const { sessionId, accessToken } = await emulator.control.signIn(ada.id);
    const end = (userId: string) =>
      control(emulator, `/users/${userId}/sessions/${sessionId}`, { method: 'DELETE' });
    expect((await end(grace.id)).status).toBe(404);
    expect(emulator.control.sessions(ada.id)).toHaveLength(1);
    expect((await end(ada.id)).status).toBe(204);
    expect((await end(ada.id)).status).toBe(404);
    expect(emulator.control.sessions(ada.id)).toEqual([]);
    expect((await fetchProfile(emulator, accessToken)).status).toBe(200);
  });

  it('shows what a user can be granted, in the project and in each team', async () => {
    const emulator = await runEmulator();
    const { people, teams } = emulator;
    const read = async (userId: string) => control(emulator, `/users/${userId}/permissions`);
    const team = expect.arrayContaining(['team_member', 'see_budget']);
    expect(await (await read(people.ada.id)).json()).toEqual([
      { defined: ['beta', 'staff'], granted: ['staff'] },
      {
        team: { id: teams.engines.id, displayName: 'Analytical Engines' },
        defined: team,
        granted: ['team_admin'],
      },
      { team: { id: teams.navy.id, displayName: 'Navy' }, defined: team, granted: ['team_member'] },
    ]);
    expect(await (await read(people.guest.id)).json()).toEqual([{ defined: ['beta', 'staff'], granted: [] }]);
    expect((await read('nobody')).status).toBe(404);
  });

  it('defines a permission by its first grant, in a team or in the project', async () => {
    const emulator = await runEmulator();
    const { people, teams } = emulator;
    const ofUser = `/users/${people.ada.id}/permissions`;
    const ofMember = `/teams/${teams.navy.id}/members/${people.ada.id}/permissions`;
    const grant = async (path: string) => (await control(emulator, path, { method: 'PUT' })).status;
    expect(await grant(`${ofMember}/open_doors`)).toBe(204);
    expect(await grant(`${ofUser}/auditor`)).toBe(204);
    expect(await grant(`${ofUser}/open_doors`)).toBe(409);
    const [ofProject, ...ofTeams] = await (await control(emulator, ofUser)).json();
    expect(ofProject.granted).toEqual(['auditor', 'staff']);
    const granted = ofTeams.map((one: { readonly granted: readonly string[] }) => one.granted);
    expect(granted).toEqual([['team_admin'], ['open_doors', 'team_member']]);
  });

  it('mints tokens', async () => {
    const emulator = await runEmulator();
    const body = { userId: emulator.people.ada.id, expiresIn: -1 };
    const { accessToken } = await (await control(emulator, '/tokens', { method: 'POST', body })).json();
    const answer = await fetchProfile(emulator, accessToken);
    expect(answer.headers.get('x-stack-known-error')).toBe('ACCESS_TOKEN_EXPIRED');
  });

  it('counts calls, but not those to itself', async () => {
    const emulator = await runEmulator();
    await fetch(jwksUrl(emulator));
    expect(await (await control(emulator, '/calls')).json()).toMatchObject({ jwks: 1, total: 1 });
    expect((await control(emulator, '/calls', { method: 'DELETE' })).status).toBe(204);
    expect(emulator.control.calls().total).toBe(0);
  });

  it('makes endpoints fail, but never itself, and removes the faults', async () => {
    const emulator = await runEmulator();
    const body = { endpoint: 'all', fault: { kind: 'status', status: 503 } };
    expect((await control(emulator, '/faults', { method: 'PUT', body })).status).toBe(204);
    expect((await fetch(jwksUrl(emulator))).status).toBe(503);
    expect((await control(emulator, '/faults', { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(jwksUrl(emulator))).status).toBe(200);
  });

  it('rotates keys and requires verified e-mails', async () => {
    const emulator = await runEmulator();
    const rotated = await control(emulator, '/keys/rotate', { method: 'POST', body: { keepOld: true } });
    expect(rotated.status).toBe(204);
    expect((await (await fetch(jwksUrl(emulator))).json()).keys).toHaveLength(4);
    const body = { requireEmailVerification: true };
    expect((await control(emulator, '/project', { method: 'PATCH', body })).status).toBe(204);
    expect(emulator.control.findUser(emulator.people.linus.id)?.restrictedReason).toBe('email_not_verified');
  });

  it.each([
    ['POST', '/users', '{"email"'],
    ['POST', '/users', { nickname: 'x' }],
    ['POST', '/users', { id: 'no uuid' }],
    ['POST', '/users', { kind: 'admin' }],
    ['POST', '/tokens', {}],
    ['POST', '/tokens', { userId: 7 }],
    ['PUT', '/faults', { endpoint: 'nowhere', fault: { kind: 'hang' } }],
    ['PUT', '/faults', { endpoint: 'jwks', fault: { kind: 'unknown' } }],
    ['PUT', '/faults', { endpoint: 'jwks', fault: { kind: 'status', status: 42 } }],
    ['POST', '/keys/rotate', { keepOld: 'yes' }],
    ['PATCH', '/project', { requireEmailVerification: 'yes' }],
    ['PATCH', '/project', { rule: true }],
    ['POST', '/teams', {}],
    ['POST', '/permissions', { id: 'x', scope: 'galaxy' }],
  ])('answers 400 with an explanation to %s %s %j', async (method, path, body) => {
    const emulator = await runEmulator();
    const answer = await control(emulator, path, { method, body });
    expect(answer.status).toBe(400);
    expect((await answer.json()).error).toEqual(expect.any(String));
  });

  it('answers 404 to a token for an unknown user', async () => {
    const emulator = await runEmulator();
    const answer = await control(emulator, '/tokens', { method: 'POST', body: { userId: 'unknown' } });
    expect(answer.status).toBe(404);
  });
});

describe('a user', () => {
  it('created without options is ordinary, verified and unique', async () => {
    const emulator = await runEmulator();
    const [one, other] = [emulator.control.createUser(), emulator.control.createUser()];
    expect(one).toMatchObject({
      kind: 'ordinary',
      restrictedReason: null,
      emailVerified: true,
      hasPassword: false,
    });
    expect(one.id).not.toBe(other.id);
    expect(one.email).not.toBe(other.email);
  });

  it.each([
    [{ kind: 'restricted' }, 'restricted', 'email_not_verified'],
    [{ restrictedReason: 'restricted_by_administrator' }, 'restricted', 'restricted_by_administrator'],
    [{ kind: 'anonymous' }, 'anonymous', 'anonymous'],
  ] as const)('created with %o is of that kind', async (options, kind, restrictedReason) => {
    const emulator = await runEmulator();
    expect(emulator.control.createUser(options)).toMatchObject({ kind, restrictedReason });
  });

  it('is ordinary again once no restriction is left', async () => {
    const { control, people } = await runEmulator();
    expect(control.updateUser(people.radia.id, { emailVerified: true }).kind).toBe('ordinary');
    expect(control.updateUser(people.mallory.id, { kind: 'ordinary' }).kind).toBe('ordinary');
  });

  it('that was deleted cannot refresh, and its token belongs to no user', async () => {
    const emulator = await runEmulator();
    const { id } = emulator.people.ada;
    const { accessToken, refreshToken } = await emulator.control.signIn(id);
    emulator.control.deleteUser(id);
    const answer = await fetchProfile(emulator, accessToken);
    expect([answer.status, answer.headers.get('x-stack-known-error')]).toEqual([
      400,
      'CANNOT_GET_OWN_USER_WITHOUT_USER',
    ]);
    const headers = { ...clientHeaders(emulator), 'x-stack-refresh-token': refreshToken };
    const refresh = await fetch(`${emulator.url}/api/v1/auth/sessions/current/refresh`, {
      method: 'POST',
      headers,
    });
    expect(refresh.status).toBe(401);
    expect(() => emulator.control.updateUser(id, {})).toThrow('no user');
    await expect(emulator.control.signIn(id)).rejects.toThrow('no user');
  });

  it('never shows its password', async () => {
    const emulator = await runEmulator();
    const { accessToken } = await emulator.control.signIn(emulator.people.ada.id);
    const shown = [
      JSON.stringify(emulator.people),
      await (await control(emulator, '/people')).text(),
      await (await fetchProfile(emulator, accessToken)).text(),
    ];
    expect(shown.join()).toContain('ada@example.test');
    expect(shown.join()).not.toContain(DEVELOPMENT_PASSWORD);
  });
});

describe('control of teams over HTTP', () => {
  it('creates a team, adds a member, grants a permission and takes all of it back', async () => {
    const emulator = await runEmulator();
    const { ada, linus } = emulator.people;
    const send = async (method: string, path: string, body?: unknown) =>
      (await control(emulator, path, { method, ...(body !== undefined && { body }) })).status;
    const created = await control(emulator, '/teams', {
      method: 'POST',
      body: { displayName: 'Bletchley', creatorId: ada.id },
    });
    expect(created.status).toBe(201);
    const { id } = await created.json();
    const member = `/teams/${id}/members/${linus.id}`;
    expect(await send('PUT', member)).toBe(204);
    expect(
      await send('POST', '/permissions', { id: 'codes', scope: 'team', contains: ['$update_team'] }),
    ).toBe(204);
    expect(await send('PUT', `${member}/permissions/codes`)).toBe(204);
    expect(await send('PUT', `/users/${linus.id}/permissions/beta`)).toBe(204);
    expect(await (await control(emulator, `/teams/${id}`)).json()).toMatchObject({
      displayName: 'Bletchley',
      members: [ada.id, linus.id],
    });
    expect(await send('DELETE', `${member}/permissions/codes`)).toBe(204);
    expect(await send('DELETE', `${member}/permissions/codes`)).toBe(409);
    expect(await send('PUT', `${member}/permissions/beta`)).toBe(409);
    expect(await send('DELETE', member)).toBe(204);
    expect(await send('DELETE', `/teams/${id}`)).toBe(204);
    expect(await send('GET', `/teams/${id}`)).toBe(404);
    expect(await send('POST', '/teams', { displayName: 'x', creatorId: id })).toBe(409);
  });

  it('shows the seeded teams and the sent e-mails, and switches features', async () => {
    const emulator = await runEmulator();
    const teams = await (await control(emulator, '/teams')).json();
    expect(Object.keys(teams)).toEqual(['navy', 'engines']);
    expect(await (await control(emulator, '/emails')).json()).toEqual([]);
    const body = { userApiKeys: false };
    expect((await control(emulator, '/project', { method: 'PATCH', body })).status).toBe(204);
    const answer = await fetch(`${emulator.url}/api/v1/projects/current`, {
      headers: clientHeaders(emulator),
    });
    expect((await answer.json()).config.allow_user_api_keys).toBe(false);
  });
});
