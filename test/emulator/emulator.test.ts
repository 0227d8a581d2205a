import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { DEVELOPMENT_PASSWORD } from '../../src/emulator/seed.ts';
import { clientHeaders, fetchProfile, runEmulator, serverHeaders } from './run.ts';

function codeOf(response: Response): string | null {
  return response.headers.get('x-stack-known-error');
}

describe('an emulator', () => {
  it('starts with users of each kind', async () => {
    const { people } = await runEmulator();
    const kinds = Object.entries(people).map(([name, { kind, restrictedReason }]) => [
      name,
      kind,
      restrictedReason,
    ]);
    expect(kinds).toEqual([
      ['ada', 'ordinary', null],
      ['grace', 'ordinary', null],
      ['linus', 'ordinary', null],
      ['radia', 'restricted', 'email_not_verified'],
      ['mallory', 'restricted', 'restricted_by_administrator'],
      ['guest', 'anonymous', 'anonymous'],
    ]);
    expect([people.ada.emailVerified, people.linus.emailVerified]).toEqual([true, false]);
  });

  it('uses the given project and port, and rejects a port in use', async () => {
    const projectId = '11111111-2222-4333-8444-555555555555';
    const emulator = await runEmulator({ projectId });
    expect(emulator.projectId).toBe(projectId);
    await expect(startEmulator({ port: Number(new URL(emulator.url).port) })).rejects.toThrow('EADDRINUSE');
  });

  it('refuses connections once it is closed, and may be closed twice', async () => {
    const emulator = await runEmulator();
    await emulator.close();
    await emulator[Symbol.asyncDispose]();
    await expect(fetchProfile(emulator)).rejects.toThrow('fetch failed');
  });

  it('listens on 127.0.0.1 only', async () => {
    const { url } = await runEmulator();
    const outside = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const addresses = outside
      .filter((each) => !each.internal && each.family === 'IPv4')
      .map((each) => each.address);
    const reaches = (host: string) =>
      new Promise<boolean>((resolve) => {
        const socket = connect({ host, port: Number(new URL(url).port) });
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
        socket.once('connect', () => socket.destroy());
      });
    expect(await reaches('127.0.0.1')).toBe(true);
    for (const address of ['127.0.0.2', ...addresses]) expect(await reaches(address)).toBe(false);
  });

  it.each([
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['192.168.0.7:80', 403],
    ['localhost', 400],
    ['[::1]:8102', 400],
  ])('answers Host %s with %d', async (host, status) => {
    const { url } = await runEmulator();
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      request(`${url}/api/v1/users/me`, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end();
    });
    expect(answer).toBe(status);
  });
});

describe('the checks', () => {
  it('read both spellings of a header, and prefer that of Hexclave', async () => {
    const emulator = await runEmulator();
    const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
    const stack = serverHeaders(emulator, token);
    const hexclave = Object.fromEntries(
      Object.entries(stack).map(([name, value]) => [name.replace('x-stack', 'x-hexclave'), value]),
    );
    const ask = (headers: Record<string, string>) => fetchProfile(emulator, undefined, { headers });
    expect((await ask(hexclave)).status).toBe(200);
    expect((await ask({ ...hexclave, 'x-stack-secret-server-key': 'ssk_wrong' })).status).toBe(200);
    const refused = await ask({ ...stack, 'x-hexclave-secret-server-key': 'ssk_wrong' });
    expect(refused.headers.get('x-hexclave-known-error')).toBe('INVALID_SECRET_SERVER_KEY');
    expect(refused.headers.get('x-hexclave-request-id')).toBe(refused.headers.get('x-stack-request-id'));
  });

  it.each([
    ['client', 'PUBLISHABLE_CLIENT_KEY_REQUIRED_FOR_PROJECT'],
    ['server', 'SERVER_AUTHENTICATION_REQUIRED'],
    ['admin', 'ADMIN_AUTHENTICATION_REQUIRED'],
  ])('require the key of access type %s', async (type, code) => {
    const emulator = await runEmulator();
    emulator.control.updateProject({ requirePublishableClientKey: true });
    const headers = { 'x-stack-access-type': type, 'x-stack-project-id': emulator.projectId };
    expect(codeOf(await fetchProfile(emulator, undefined, { headers }))).toBe(code);
  });

  it('are made in the order of the contract', async () => {
    const emulator = await runEmulator();
    const expired = await emulator.control.mintToken({ userId: emulator.people.ada.id, expiresIn: -1 });
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    const ask = async (change: Record<string, string>, body = '{}') => {
      Object.assign(headers, change);
      return codeOf(await fetch(`${emulator.url}/api/v1/auth/sessions`, { method: 'POST', headers, body }));
    };
    expect(await ask({}, '{')).toBe('BODY_PARSING_ERROR');
    expect(await ask({})).toBe('ACCESS_TYPE_REQUIRED');
    expect(await ask({ 'x-stack-secret-server-key': 'ssk_wrong' })).toBe('PROJECT_KEY_WITHOUT_ACCESS_TYPE');
    expect(await ask({ 'x-stack-access-type': 'root' })).toBe('INVALID_ACCESS_TYPE');
    expect(await ask({ 'x-stack-access-type': 'server' })).toBe('ACCESS_TYPE_WITHOUT_PROJECT_ID');
    expect(await ask({ 'x-stack-project-id': 'nope', 'x-stack-access-token': expired })).toBe(
      'ACCESS_TOKEN_EXPIRED',
    );
    const good = await emulator.control.mintToken({ userId: emulator.people.ada.id });
    expect(await ask({ 'x-stack-access-token': good })).toBe('INVALID_PROJECT_FOR_ACCESS_TOKEN');
    expect(await ask({ 'x-stack-access-token': '' })).toBe('CURRENT_PROJECT_NOT_FOUND');
    const branch = { 'x-stack-branch-id': 'dev' };
    expect(await ask({ 'x-stack-project-id': emulator.projectId, ...branch })).toBe(
      'INVALID_SECRET_SERVER_KEY',
    );
    expect(await ask({ 'x-stack-secret-server-key': emulator.secretServerKey })).toBe(
      'BRANCH_DOES_NOT_EXIST',
    );
    expect(await ask({ 'x-stack-branch-id': 'main' })).toBe('SCHEMA_ERROR');
    expect(await ask({}, '{"user_id":"00000000-0000-4000-8000-000000000000"}')).toBe(
      'USER_ID_DOES_NOT_EXIST',
    );
  });

  it('refuse bodies of another media type', async () => {
    const emulator = await runEmulator();
    const headers = { ...clientHeaders(emulator), 'content-type': 'text/plain' };
    const url = `${emulator.url}/api/v1/auth/password/sign-in`;
    expect(codeOf(await fetch(url, { method: 'POST', headers, body: 'x' }))).toBe('BODY_PARSING_ERROR');
  });
});

describe('a frontend', () => {
  it('signs in, refreshes in both ways, and signs out', async () => {
    const emulator = await runEmulator();
    const api = `${emulator.url}/api/v1`;
    const headers = clientHeaders(emulator);
    const credentials = { email: 'ADA@example.test', password: DEVELOPMENT_PASSWORD };
    const signIn = { method: 'POST', headers, body: JSON.stringify(credentials) };
    const session = await (await fetch(`${api}/auth/password/sign-in`, signIn)).json();
    expect(session.user_id).toBe(emulator.people.ada.id);

    const refresh = {
      method: 'POST',
      headers: { ...headers, 'x-stack-refresh-token': session.refresh_token },
    };
    expect((await fetch(`${api}/auth/sessions/current/refresh`, refresh)).status).toBe(200);
    const grant = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: session.refresh_token,
      client_id: emulator.projectId,
      client_secret: emulator.publishableClientKey,
    });
    const granted = await fetch(`${api}/auth/oauth/token`, { method: 'POST', body: grant });
    const { access_token } = await granted.json();
    expect((await fetchProfile(emulator, access_token)).status).toBe(200);

    const signOut = { method: 'DELETE', headers: clientHeaders(emulator, access_token) };
    expect(await (await fetch(`${api}/auth/sessions/current`, signOut)).json()).toEqual({ success: true });
    for (const again of [
      await fetch(`${api}/auth/sessions/current/refresh`, refresh),
      await fetch(`${api}/auth/oauth/token`, { method: 'POST', body: grant }),
    ]) {
      expect(codeOf(again)).toBe('REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED');
    }
    expect((await fetch(`${api}/auth/sessions/current`, signOut)).status).toBe(500);
    expect((await fetchProfile(emulator, access_token)).status).toBe(200);
  });

  it.each([
    ['sign-in', { email: 'ada@example.test', password: 'Wrong-Horse-1' }, 'EMAIL_PASSWORD_MISMATCH'],
    ['sign-in', { email: 'unknown@example.test', password: DEVELOPMENT_PASSWORD }, 'EMAIL_PASSWORD_MISMATCH'],
    ['sign-up', { email: 'ada@example.test', password: DEVELOPMENT_PASSWORD }, 'USER_EMAIL_ALREADY_EXISTS'],
    ['sign-up', { email: 'new@example.test', password: 'short' }, 'PASSWORD_TOO_SHORT'],
    ['sign-up', { email: 'no address', password: DEVELOPMENT_PASSWORD }, 'SCHEMA_ERROR'],
  ])('is refused %s with %o', async (path, credentials, code) => {
    const emulator = await runEmulator();
    const init = { method: 'POST', headers: clientHeaders(emulator), body: JSON.stringify(credentials) };
    expect(codeOf(await fetch(`${emulator.url}/api/v1/auth/password/${path}`, init))).toBe(code);
  });

  it('refreshes without a publishable client key only where the project needs none', async () => {
    const emulator = await runEmulator();
    const { refreshToken } = await emulator.control.signIn(emulator.people.ada.id);
    const grant = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: emulator.projectId };
    const refresh = async (secret: string) => {
      const body = new URLSearchParams({ ...grant, client_secret: secret });
      return fetch(`${emulator.url}/api/v1/auth/oauth/token`, { method: 'POST', body });
    };
    const keyless = '__stack_public_client__';
    expect((await refresh(keyless)).status).toBe(200);
    expect(codeOf(await refresh('pck_wrong'))).toBe('INVALID_OAUTH_CLIENT_ID_OR_SECRET');
    emulator.control.updateProject({ requirePublishableClientKey: true });
    expect(codeOf(await refresh(keyless))).toBe('INVALID_OAUTH_CLIENT_ID_OR_SECRET');
    expect((await refresh(emulator.publishableClientKey)).status).toBe(200);
  });

  it('is led from a trailing slash to the path without, by an answer that may be cached', async () => {
    const { url } = await runEmulator();
    const answer = await fetch(`${url}/api/v1/users/me/?a=b`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([308, '/api/v1/users/me?a=b']);
    expect(answer.headers.get('cache-control')).toBeNull();
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('may send and read, in a browser, the headers that the SDK uses', async () => {
    const emulator = await runEmulator();
    const init = { method: 'OPTIONS', headers: { origin: 'http://localhost:3000' } };
    const preflight = await fetch(`${emulator.url}/api/v1/users/me`, init);
    const allowed = preflight.headers.get('access-control-allow-headers') ?? '';
    for (const name of [
      'access-token',
      'refresh-token',
      'override-error-status',
      'random-nonce',
      'client-version',
    ]) {
      expect(allowed.split(', ')).toContain(`x-hexclave-${name}`);
    }
    const refusal = await fetch(`${emulator.url}/api/v1/users/me`);
    expect(refusal.headers.get('access-control-allow-origin')).toBe('*');
    expect(refusal.headers.get('access-control-expose-headers')).toContain('x-hexclave-known-error');
  });
});
