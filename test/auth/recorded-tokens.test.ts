import { describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../src/auth/authenticate.ts';
import { startKeySet } from '../../src/auth/key-set.ts';
import { createVerify } from '../../src/auth/verify.ts';
import { createUpstream } from '../../src/core/http-client.ts';
import { RECORDED, readRecorded } from '../emulator/recorded.ts';
import { createClock } from '../support/clock.ts';
import { startHttpServer } from '../support/http-server.ts';
import { EXPIRED_TOKEN, INVALID_TOKEN } from '../support/refusals.ts';
import { createTestLog } from '../support/test-log.ts';

const RECORDS = new Map(readRecorded().map((record) => [record.n, record]));
const ADA = '27904c7e-18ab-4a8a-ab70-3b7b6e55eece';
const ORDINARY = { isAnonymous: false, isRestricted: false, restrictedReason: undefined };
const SOME_TIME = 1_795_445_210;

function recordOf(n: number) {
  const record = RECORDS.get(n);
  if (!record) throw new Error(`There is no record ${n}`);
  return record;
}

/** The access token in the provider's response n. */
function tokenGivenIn(n: number): string {
  const { body } = recordOf(n).response;
  if (typeof body !== 'object' || body === null || !('access_token' in body)) {
    throw new Error(`There is no token in record ${n}`);
  }
  return String(body.access_token);
}

/** Serves the genuine key set of record n, and verifies with it at the time `seconds`. */
async function startGenuine(seconds: number, n = 7) {
  const { response, request } = recordOf(n);
  const server = await startHttpServer((asked, answer) => {
    const known = asked.url?.split('?')[0] === request.path.split('?')[0];
    answer.writeHead(known ? 200 : 404, response.headers).end(JSON.stringify(response.body));
  });
  const clock = createClock(seconds * 1000);
  const { projectId, url: issuerUrl } = RECORDED;
  const upstream = createUpstream({ url: server.url, connections: 1, timeout: 5_000 });
  const { logger } = createTestLog();
  const keys = startKeySet({ source: { upstream, projectId }, maxStale: 3_600_000, logger, clock });
  const verify = createVerify({ projectId, issuerUrls: [issuerUrl], keys, clock });
  const authenticate = createAuthenticate({ verify, keys, clock });
  return {
    clock,
    server,
    verify,
    authenticate,
    async [Symbol.asyncDispose]() {
      keys.close();
      await server[Symbol.asyncDispose]();
      await upstream.close();
    },
  };
}

describe('a token of the genuine provider', () => {
  it.each<[number, string, object]>([
    [1, 'of a password sign-up', { id: ADA, ...ORDINARY, emailVerified: false }],
    [2, 'of a password sign-in', { id: ADA, ...ORDINARY, emailVerified: false }],
    [3, 'that was refreshed', { id: ADA, ...ORDINARY, sessionId: '584b4de0-6c3c-43bb-9a7b-55640400025d' }],
    [
      37,
      'of an anonymous visitor',
      {
        id: '6e9403bc-a325-4e61-abd5-0724c69f236c',
        isAnonymous: true,
        isRestricted: true,
        restrictedReason: 'anonymous',
      },
    ],
    [
      43,
      'of a user without a verified e-mail',
      {
        id: '8f9ec51a-4883-40bd-a353-57926a18f555',
        isAnonymous: false,
        isRestricted: true,
        restrictedReason: 'email_not_verified',
      },
    ],
    [50, 'of a session made by a server', { ...ORDINARY, emailVerified: true, selectedTeamId: undefined }],
    [
      97,
      'of a user with a team selected',
      { ...ORDINARY, selectedTeamId: '6fc0d580-48d1-4f83-aeb9-1f6f7578388d' },
    ],
    [202, 'of an impersonation session', { id: 'df74b871-e111-4cb8-a352-43edfb906d7d', ...ORDINARY }],
    [208, 'refreshed over OAuth', { ...ORDINARY }],
    [
      211,
      'of a user whom an administrator restricted',
      {
        id: 'df74b871-e111-4cb8-a352-43edfb906d7d',
        isAnonymous: false,
        isRestricted: true,
        restrictedReason: 'restricted_by_administrator',
      },
    ],
    [230, 'of a visitor before signing up', { isAnonymous: true, isRestricted: true }],
    [231, 'of the same one after it', { ...ORDINARY }],
  ])('(%d, %s) is valid when it is issued', async (n, _what, expected) => {
    const token = tokenGivenIn(n);
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    await using genuine = await startGenuine(payload.iat);
    const { claims } = await genuine.verify(token);
    expect(claims).toMatchObject({ issuedAt: payload.iat, expiresAt: payload.exp, ...expected });
  });

  it('has the same user before and after a visitor signs up', async () => {
    await using genuine = await startGenuine(1_795_446_056);
    const [before, after] = await Promise.all([230, 231].map((n) => genuine.verify(tokenGivenIn(n))));
    expect(before?.claims.id).toBe(after?.claims.id);
  });

  it.each([1, 37, 43])('(%d) expires after 600 s and 5 s of tolerance', async (n) => {
    const token = tokenGivenIn(n);
    const { iat } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    await using genuine = await startGenuine(iat);
    genuine.clock.advance(604_999);
    await expect(genuine.verify(token)).resolves.toBeDefined();
    genuine.clock.advance(1);
    await expect(genuine.verify(token)).rejects.toMatchObject(EXPIRED_TOKEN);
  });

  it.each([1, 37, 43])('(%d) is refused if any part is changed', async (n) => {
    const token = tokenGivenIn(n);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const head = JSON.parse(Buffer.from(header, 'base64url').toString());
    await using genuine = await startGenuine(claims.iat);
    await genuine.verify(token);
    const changed = [
      `${header}.${encode({ ...claims, sub: ADA.replace('2', '3') })}.${signature}`,
      `${header}.${encode({ ...claims, exp: claims.exp + 1 })}.${signature}`,
      `${header}.${encode({ ...claims, name: 'Ada' })}.${signature}`,
      `${encode({ ...head, typ: 'JWT' })}.${payload}.${signature}`,
      `${encode({ ...head, kid: 'o1sx3Fz149VE' })}.${payload}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -6)}AAAAAA`,
      `${header}.${payload}.${'A'.repeat(86)}`,
    ];
    for (const each of changed) await expect(genuine.verify(each)).rejects.toMatchObject(INVALID_TOKEN);
  });

  it.each<[number, number, string]>([
    [5, 37, 'an anonymous visitor'],
    [5, 43, 'a restricted user'],
    [6, 37, 'an anonymous visitor'],
  ])('is unknown to the smaller key set %d: (%d) of %s', async (keySet, n) => {
    await using genuine = await startGenuine(SOME_TIME, keySet);
    await genuine.verify(tokenGivenIn(1));
    await expect(genuine.verify(tokenGivenIn(n))).rejects.toMatchObject(INVALID_TOKEN);
  });

  it('is verified with one fetch of the keys, however many there are', async () => {
    await using genuine = await startGenuine(SOME_TIME);
    for (const n of [1, 2, 3, 37, 43, 50]) await genuine.verify(tokenGivenIn(n));
    expect(genuine.server.received).toHaveLength(1);
  });
});

describe('a token that the genuine provider refused', () => {
  it.each<[number, string, object]>([
    [30, 'garbage', INVALID_TOKEN],
    [31, 'of a bad signature', INVALID_TOKEN],
    [32, 'expired', EXPIRED_TOKEN],
    [33, 'expired, with the status overridden to 200', EXPIRED_TOKEN],
    [34, 'expired, sent with a wrong key', EXPIRED_TOKEN],
    [35, 'of the wrong issuer', INVALID_TOKEN],
    [36, 'of another project', INVALID_TOKEN],
    [237, 'expired after its lifetime', EXPIRED_TOKEN],
  ])('(%d, %s) is refused here too', async (n, _what, expected) => {
    const { 'x-stack-access-token': token } = recordOf(n).request.headers;
    expect(token).toBeDefined();
    // All were recorded after SOME_TIME; number 237 expires at the other time, tolerance included.
    await using genuine = await startGenuine(n === 237 ? 1_795_446_067 : SOME_TIME);
    const attempt = Promise.resolve().then(() =>
      genuine.authenticate((name) => (name === 'x-stack-access-token' ? token : null)),
    );
    await expect(attempt).rejects.toMatchObject(expected);
    expect(recordOf(n).response.headers).toHaveProperty('x-stack-known-error');
  });
});
