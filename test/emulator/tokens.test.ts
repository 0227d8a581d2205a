import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, type JWTVerifyOptions, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { MintOptions } from '../../src/emulator/mint.ts';
import type { UserKind } from '../../src/emulator/user.ts';
import { audienceOf, issuerOf } from '../../src/emulator/user-class.ts';
import { fetchProfile, jwksUrl, runEmulator } from './run.ts';

const KINDS: readonly UserKind[] = ['ordinary', 'restricted', 'anonymous'];
const NO_KEY = 'ERR_JWKS_NO_MATCHING_KEY';
const BAD_CLAIM = 'ERR_JWT_CLAIM_VALIDATION_FAILED';

// The result of jose's verification against the emulator's key set: OK, or the code of its error.
async function verify(
  emulator: Emulator,
  token: string,
  options: { readonly query: string; readonly kinds: readonly UserKind[] },
): Promise<string> {
  const checks: JWTVerifyOptions = {
    algorithms: ['ES256'],
    audience: options.kinds.map((kind) => audienceOf(kind, emulator.projectId)),
    issuer: options.kinds.map((kind) => issuerOf(kind, emulator.url, emulator.projectId)),
  };
  try {
    await jwtVerify(token, createRemoteJWKSet(jwksUrl(emulator, options.query)), checks);
    return 'OK';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

const allKinds = { query: '?include_anonymous=true', kinds: KINDS };

describe('a genuine token', () => {
  it.each([
    ['ordinary', 'ada', 'OK', 'OK', 'OK'],
    ['restricted', 'radia', NO_KEY, BAD_CLAIM, 'OK'],
    ['restricted by an administrator', 'mallory', NO_KEY, BAD_CLAIM, 'OK'],
    ['anonymous', 'guest', NO_KEY, BAD_CLAIM, 'OK'],
  ] as const)('of an %s user verifies as in contract 1.4', async (_kind, name, plain, strict, all) => {
    const emulator = await runEmulator();
    const { accessToken } = await emulator.control.signIn(emulator.people[name].id);
    expect(await verify(emulator, accessToken, { query: '', kinds: ['ordinary'] })).toBe(plain);
    expect(await verify(emulator, accessToken, { ...allKinds, kinds: ['ordinary'] })).toBe(strict);
    expect(await verify(emulator, accessToken, allKinds)).toBe(all);
  });

  it('has the header and the lifetime of the contract', async () => {
    const emulator = await runEmulator();
    const { accessToken } = await emulator.control.signIn(emulator.people.ada.id);
    const { iat = 0, exp = 0 } = decodeJwt(accessToken);
    expect(Object.keys(decodeProtectedHeader(accessToken))).toEqual(['alg', 'kid']);
    expect(decodeProtectedHeader(accessToken).kid).toMatch(/^[\w-]{12}$/);
    expect(exp - iat).toBe(600);
  });

  it('expires by the clock and the token lifetime of the emulator', async () => {
    let clock = 1_800_000_000_000;
    const emulator = await runEmulator({ now: () => clock, accessTokenLifetime: 60 });
    const { accessToken } = await emulator.control.signIn(emulator.people.ada.id);
    expect(decodeJwt(accessToken).exp).toBe(1_800_000_060);
    clock += 59_000;
    expect((await fetchProfile(emulator, accessToken)).status).toBe(200);
    clock += 1_000;
    expect((await fetchProfile(emulator, accessToken)).headers.get('x-stack-known-error')).toBe(
      'ACCESS_TOKEN_EXPIRED',
    );
  });

  it('keeps its kind when the user changes, and the next token has the new kind', async () => {
    const emulator = await runEmulator();
    const { ada } = emulator.people;
    const before = await emulator.control.mintToken({ userId: ada.id });
    emulator.control.updateUser(ada.id, { restrictedReason: 'restricted_by_administrator' });
    const profile = await (await fetchProfile(emulator, before)).json();
    expect(profile).toMatchObject({
      is_restricted: true,
      restricted_reason: { type: 'restricted_by_administrator' },
    });
    const after = await emulator.control.mintToken({ userId: ada.id });
    expect(decodeJwt(after).aud).toBe(`${emulator.projectId}:restricted`);
  });
});

describe('a minted token', () => {
  const cases: readonly (readonly [string, Omit<MintOptions, 'userId'>, string, string | null])[] = [
    ['without options', {}, 'OK', null],
    ['of the coming key', { useComingKey: true }, 'OK', null],
    ['that has expired', { expiresIn: -10 }, 'ERR_JWT_EXPIRED', 'ACCESS_TOKEN_EXPIRED'],
    ['issued long ago', { issuedAt: 1_700_000_000 }, 'ERR_JWT_EXPIRED', 'ACCESS_TOKEN_EXPIRED'],
    ['forged', { forged: true }, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'UNPARSABLE_ACCESS_TOKEN'],
    ['of an unknown key', { unknownKid: true }, NO_KEY, 'UNPARSABLE_ACCESS_TOKEN'],
    ['of another project', { otherProject: true }, NO_KEY, 'INVALID_PROJECT_FOR_ACCESS_TOKEN'],
    ['of the other brand', { issuerBase: 'https://api.hexclave.com' }, BAD_CLAIM, null],
    ['of a foreign issuer', { issuerBase: 'https://evil.example' }, BAD_CLAIM, 'UNPARSABLE_ACCESS_TOKEN'],
    ['of another kind of user than its claims', { class: 'anonymous' }, 'OK', 'UNPARSABLE_ACCESS_TOKEN'],
    ['that is not signed', { alg: 'none' }, 'ERR_JOSE_ALG_NOT_ALLOWED', 'UNPARSABLE_ACCESS_TOKEN'],
    ['keyed with the public key', { alg: 'HS256' }, 'ERR_JOSE_ALG_NOT_ALLOWED', 'UNPARSABLE_ACCESS_TOKEN'],
    [
      'with an unknown crit',
      { header: { crit: ['x'], x: 1 } },
      'ERR_JOSE_NOT_SUPPORTED',
      'UNPARSABLE_ACCESS_TOKEN',
    ],
    ['without exp', { withoutClaims: ['exp'] }, 'OK', 'UNPARSABLE_ACCESS_TOKEN'],
    ['with a claim changed', { claims: { aud: 'other' } }, BAD_CLAIM, 'UNPARSABLE_ACCESS_TOKEN'],
    ['with a claim removed', { claims: { sub: undefined } }, 'OK', 'UNPARSABLE_ACCESS_TOKEN'],
  ];

  it.each(cases)('%s is accepted or refused accordingly', async (_what, options, verdict, refusal) => {
    const emulator = await runEmulator();
    const token = await emulator.control.mintToken({ userId: emulator.people.ada.id, ...options });
    expect(await verify(emulator, token, allKinds)).toBe(verdict);
    const { headers } = await fetchProfile(emulator, token);
    expect(headers.get('x-stack-known-error')).toBe(refusal);
  });

  it('removes claims and header members that are undefined, and keeps null', async () => {
    const emulator = await runEmulator();
    const claims = { name: null, role: 'anon', is_anonymous: undefined };
    const token = await emulator.control.mintToken({
      userId: emulator.people.ada.id,
      claims,
      header: { kid: undefined },
    });
    expect(decodeJwt(token)).toMatchObject({ name: null, role: 'anon' });
    expect(decodeJwt(token)).not.toHaveProperty('is_anonymous');
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256' });
  });

  it('of an anonymous user in the older form has the audience of ordinary users, and needs to be allowed', async () => {
    const emulator = await runEmulator();
    const token = await emulator.control.mintToken({ userId: emulator.people.guest.id, olderForm: true });
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({ aud: emulator.projectId, role: 'anon' });
    expect(Object.keys(claims)).not.toContain('is_anonymous');
    const { headers } = await fetchProfile(emulator, token);
    expect(headers.get('x-stack-known-error')).toBe('ANONYMOUS_AUTHENTICATION_NOT_ALLOWED');
  });

  it('requires an existing user', async () => {
    const emulator = await runEmulator();
    await expect(async () => emulator.control.mintToken({ userId: 'unknown' })).rejects.toThrow(
      'no user unknown',
    );
  });

  it('of another issuer URL is accepted where that URL is configured', async () => {
    const emulator = await runEmulator({ issuerBases: ['https://auth.example.test'] });
    const options = { userId: emulator.people.ada.id, issuerBase: 'https://auth.example.test' };
    expect((await fetchProfile(emulator, await emulator.control.mintToken(options))).status).toBe(200);
  });
});

describe('the key set', () => {
  const read = async (url: URL) => {
    const { keys } = await (await fetch(url)).json();
    return keys.map((key: { readonly kid: string }) => key.kid);
  };

  it('has two more keys for each requested kind of user', async () => {
    const emulator = await runEmulator();
    const plain = await read(jwksUrl(emulator));
    const restricted = await read(jwksUrl(emulator, '?include_restricted=true'));
    const all = await read(jwksUrl(emulator, '?include_anonymous=true&include_restricted=false'));
    expect([plain.length, restricted.length, all.length]).toEqual([2, 4, 6]);
    expect(new Set(all).size).toBe(6);
    expect(all.slice(0, 4)).toEqual(restricted);
    expect(restricted.slice(0, 2)).toEqual(plain);
  });

  it('signs with the first key of each pair', async () => {
    const emulator = await runEmulator();
    const [first, second] = await read(jwksUrl(emulator));
    const kidOf = async (options: Omit<MintOptions, 'userId'>) =>
      decodeProtectedHeader(await emulator.control.mintToken({ userId: emulator.people.ada.id, ...options }))
        .kid;
    expect(await kidOf({})).toBe(first);
    expect(await kidOf({ useComingKey: true })).toBe(second);
  });

  it('is different at every start', async () => {
    const [one, other] = await Promise.all([runEmulator(), runEmulator()]);
    expect(one.projectId).not.toBe(other.projectId);
    expect(await read(jwksUrl(one))).not.toEqual(await read(jwksUrl(other)));
  });

  it('loses the old keys in a rotation, so that old tokens are refused', async () => {
    const emulator = await runEmulator();
    const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
    await emulator.control.rotateKeys();
    expect(await verify(emulator, token, allKinds)).toBe(NO_KEY);
    expect((await fetchProfile(emulator, token)).status).toBe(401);
    const next = await emulator.control.mintToken({ userId: emulator.people.ada.id });
    expect(await verify(emulator, next, allKinds)).toBe('OK');
  });

  it('keeps the old keys in a rotation with keepOld', async () => {
    const emulator = await runEmulator();
    const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
    await emulator.control.rotateKeys({ keepOld: true });
    const kids = await read(jwksUrl(emulator));
    expect(kids).toHaveLength(4);
    expect(kids[0]).not.toBe(decodeProtectedHeader(token).kid);
    expect(await verify(emulator, token, allKinds)).toBe('OK');
  });
});
