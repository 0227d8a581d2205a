import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../src/emulator/emulator.ts';
import type { MintOptions } from '../../../src/emulator/mint.ts';
import { askDoctor } from '../../support/doctor.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

type Wish = Omit<MintOptions, 'userId'>;
const mint = (wish: Wish = {}, name: keyof Emulator['people'] = 'ada') =>
  emulator.control.mintToken({ userId: emulator.people[name].id, ...wish });

describe('the doctor on a token', () => {
  it.each([
    ['grace', 'ordinary', ['authenticated', 'member', 'emailVerified']],
    ['linus', 'ordinary', ['authenticated', 'member']],
    ['radia', 'restricted', ['authenticated']],
    ['guest', 'anonymous', ['authenticated']],
  ] as const)(
    'of %s that is valid reports the class of the user and the scopes',
    async (name, userClass, scopes) => {
      const { code, finding, of } = await askDoctor(emulator, { input: await mint({}, name) });
      expect(code).toBe(0);
      expect(finding('TOKEN_GOOD').details).toMatchObject({ userClass, scopes });
      expect(of('profile')).toEqual(['ok PROFILE_GOOD']);
    },
  );

  it('of the older form with the role anon reports an anonymous user', async () => {
    const { finding, of } = await askDoctor(emulator, { input: await mint({ olderForm: true }, 'guest') });
    expect(finding('TOKEN_GOOD').details).toMatchObject({
      userClass: 'anonymous',
      scopes: ['authenticated'],
    });
    expect(of('profile')).toEqual(['ok PROFILE_GOOD']);
  });

  it('says that the scopes of an app depend on the request', async () => {
    const { finding } = await askDoctor(emulator, { input: await mint() });
    expect(finding('TOKEN_GOOD').message).toContain('depends on the request');
  });

  it.each<[string, Wish, string, string, string]>([
    ['has expired', { expiresIn: -60 }, 'expiry', 'EXPIRED_TOKEN', 'fresh'],
    ['was forged', { forged: true }, 'signature', 'INVALID_TOKEN', 'Copy the whole token'],
    ['is of another project', { otherProject: true }, 'audience', 'INVALID_TOKEN', 'STACK_PROJECT_ID'],
    ['has an unknown key', { unknownKid: true }, 'key', 'INVALID_TOKEN', 'Sign in again'],
    ['is not signed', { alg: 'none' }, 'shape', 'INVALID_TOKEN', 'getAuthJson'],
    ['is signed by HS256', { alg: 'HS256' }, 'header', 'INVALID_TOKEN', 'another service'],
    [
      'is of another issuer',
      { issuerBase: 'https://auth.example' },
      'issuer',
      'INVALID_TOKEN',
      'STACK_ISSUER_URL=https://auth.example',
    ],
    ['is not valid yet', { claims: { nbf: 4_000_000_000 } }, 'not-before', 'INVALID_TOKEN', 'clock'],
    ['has no subject', { withoutClaims: ['sub'] }, 'claims', 'INVALID_TOKEN', 'newer version'],
    ['contradicts itself', { claims: { is_anonymous: true } }, 'agreement', 'INVALID_TOKEN', 'newer version'],
  ])('that %s names the rule it breaks and what to do', async (_what, wish, rule, reason, remedy) => {
    const { code, finding, of } = await askDoctor(emulator, { input: await mint(wish) });
    expect(code).toBe(1);
    expect(finding('TOKEN_REFUSED').details).toMatchObject({ rule, reason });
    expect(finding('TOKEN_REFUSED').remedy).toContain(remedy);
    expect(of('profile')).toEqual([]);
  });

  it('reports a key that was rotated', async () => {
    await using other = await startEmulator();
    const input = await other.control.mintToken({ userId: other.people.ada.id });
    await other.control.rotateKeys();
    const { finding } = await askDoctor(other, { input });
    expect(finding('TOKEN_REFUSED').details).toMatchObject({
      rule: 'key',
      passed: ['carrier', 'shape', 'header', 'audience'],
    });
  });

  it('reports a user who was deleted', async () => {
    const { id: userId } = emulator.control.createUser();
    const input = await emulator.control.mintToken({ userId });
    emulator.control.deleteUser(userId);
    const { code, of } = await askDoctor(emulator, { input });
    expect([code, ...of('token'), ...of('profile')]).toEqual([1, 'ok TOKEN_GOOD', 'failed USER_GONE']);
  });

  it('reports that it cannot be checked without the keys', async () => {
    await using other = await startEmulator();
    other.control.fail('jwks', { kind: 'status', status: 500 });
    const input = await other.control.mintToken({ userId: other.people.ada.id });
    const { of } = await askDoctor(other, { input });
    expect(of('token')).toEqual(['failed TOKEN_UNDECIDED']);
  });
});

describe('pasted input', () => {
  it.each<[string, (token: string) => string]>([
    ['a header', (token) => `X-Stack-Access-Token: ${token}`],
    ['another header', (token) => `authorization: Bearer ${token}`],
    ["the SDK's JSON", (token) => JSON.stringify({ accessToken: token, refreshToken: 'r'.repeat(40) })],
    ["the SDK's header", (token) => `x-stack-auth: ${JSON.stringify({ accessToken: token })}`],
    [
      "the SDK's Bearer",
      (token) => `stackauth_${Buffer.from(JSON.stringify({ accessToken: token })).toString('base64')}`,
    ],
  ])('may be %s', async (_what, wrap) => {
    const { of } = await askDoctor(emulator, { input: wrap(await mint()) });
    expect(of('token')).toEqual(['ok TOKEN_GOOD']);
  });

  it('may begin with Bearer, with a warning', async () => {
    const { code, of } = await askDoctor(emulator, { input: `Bearer ${await mint()}` });
    expect([code, ...of('token')]).toEqual([0, 'warning TOKEN_WITH_SCHEME', 'ok TOKEN_GOOD']);
  });

  it.each<[string, string | ((token: string) => string), string]>([
    [
      'with Bearer in the wrong header',
      (token) => `X-Stack-Access-Token: Bearer ${token}`,
      'Authorization header only',
    ],
    ['in quotes', (token) => `"${token}"`, 'quotes'],
    ['with a line break', (token) => `${token.slice(0, 80)}\n${token.slice(80)}`, 'white space'],
    ['truncated', (token) => token.slice(0, token.lastIndexOf('.')), '2 parts'],
    ['as a refresh token', 'k3dvqbm5x8yzw7n2r9t4', 'refresh token'],
    ['as the secret key', 'ssk_0123456789abcdefghijklmnop', 'create a new key'],
    ['as the word undefined', 'undefined', 'before it has one'],
  ])('is recognised %s', async (_what, input, word) => {
    const pasted = typeof input === 'string' ? input : input(await mint());
    const { code, finding } = await askDoctor(emulator, { input: pasted });
    expect(code).toBe(1);
    expect(finding('TOKEN_REFUSED').details).toMatchObject({ rule: 'shape' });
    expect(finding('TOKEN_REFUSED').message).toContain(word);
  });

  it('may be what the SDK sends while no user is signed in', async () => {
    const { of } = await askDoctor(emulator, { input: '{"accessToken":null,"refreshToken":null}' });
    expect(of('token')).toEqual(['failed TOKEN_MISSING']);
    const broken = await askDoctor(emulator, { input: '{"accessToken":' });
    expect(broken.finding('TOKEN_REFUSED').details).toMatchObject({ rule: 'carrier' });
  });

  it('is printed without control characters', async () => {
    const { finding } = await askDoctor(emulator, {
      input: await mint({ claims: { aud: '\u001b[2J\u009b1m' } }),
    });
    expect(finding('TOKEN_REFUSED').message).toContain('audience is ?[2J?1m,');
  });
});
