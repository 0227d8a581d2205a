import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { MintOptions } from '../../src/emulator/mint.ts';
import type { People } from '../../src/emulator/seed.ts';
import { EXPIRED_TOKEN, INVALID_TOKEN, KEYS_UNAVAILABLE } from '../support/refusals.ts';
import { startTestVerifier, type TestVerifier } from '../support/test-verifier.ts';

type Name = keyof People;
type Wish = Omit<MintOptions, 'userId'>;
type WishOf = Wish | ((emulator: Emulator) => Wish);

const SESSION = '4b2f7a10-5f0e-4f0a-9d61-0e0f6f5b2c11';
const CLASSES = ['ordinary', 'restricted', 'anonymous'] as const;
const PERSON = { ordinary: 'ada', restricted: 'radia', anonymous: 'guest' } as const;
const FOLDER = {
  ordinary: 'projects',
  restricted: 'projects-restricted-users',
  anonymous: 'projects-anonymous-users',
} as const;
const SUFFIX = { ordinary: '', restricted: ':restricted', anonymous: ':anon' } as const;
/** A token in the form of 2025, and claims that are set besides. */
const OLDER = (claims: Record<string, unknown> = {}): Wish => ({ olderForm: true, claims });
const MIXED = CLASSES.flatMap((one) =>
  CLASSES.filter((two) => one !== two).map((two) => [one, two] as const),
);

/** Mints a token of one of the emulator's people, and verifies it. */
async function verifyToken(test: TestVerifier, name: Name, wish: WishOf = {}) {
  const { control, people } = test.emulator;
  const options = typeof wish === 'function' ? wish(test.emulator) : wish;
  return (await test.verify(await control.mintToken({ userId: people[name].id, ...options }))).claims;
}

async function expectRefusal(name: Name, wish: WishOf, expected: object = INVALID_TOKEN) {
  await using test = await startTestVerifier();
  await verifyToken(test, name); // A valid token of the same user passes.
  await expect(verifyToken(test, name, wish)).rejects.toMatchObject(expected);
}

describe('a genuine token', () => {
  it.each<[Name, object]>([
    ['ada', { isAnonymous: false, isRestricted: false, restrictedReason: undefined, emailVerified: true }],
    ['linus', { isAnonymous: false, isRestricted: false, restrictedReason: undefined, emailVerified: false }],
    ['radia', { isRestricted: true, restrictedReason: 'email_not_verified', emailVerified: false }],
    ['mallory', { isRestricted: true, restrictedReason: 'restricted_by_administrator', emailVerified: true }],
    ['guest', { isAnonymous: true, isRestricted: true, restrictedReason: 'anonymous' }],
  ])('of %s yields the id and the class of the user', async (name, expected) => {
    await using test = await startTestVerifier();
    const { id } = test.emulator.people[name];
    const issuedAt = test.clock.wall() / 1000;
    const claims = await verifyToken(test, name, { sessionId: SESSION });
    expect(claims).toMatchObject({
      id,
      sessionId: SESSION,
      issuedAt,
      expiresAt: issuedAt + 600,
      ...expected,
    });
  });

  it('yields the selected team, or undefined where none is', async () => {
    await using test = await startTestVerifier();
    const { grace } = test.emulator.people;
    expect((await verifyToken(test, 'grace')).selectedTeamId).toBe(grace.selectedTeam?.id);
    expect((await verifyToken(test, 'ada')).selectedTeamId).toBeUndefined();
  });

  it('yields only the claims that the server relies on, frozen', async () => {
    await using test = await startTestVerifier();
    const claims = await verifyToken(test, 'ada');
    expect(Object.keys(claims).sort()).toEqual([
      'emailVerified',
      'expiresAt',
      'id',
      'isAnonymous',
      'isRestricted',
      'issuedAt',
      'restrictedReason',
      'selectedTeamId',
      'sessionId',
    ]);
    expect(Object.isFrozen(claims)).toBe(true);
  });

  it.each(CLASSES)('of an %s user may be signed by the coming key', async (userClass) => {
    await using test = await startTestVerifier();
    const claims = await verifyToken(test, PERSON[userClass], { useComingKey: true });
    expect(claims.id).toBe(test.emulator.people[PERSON[userClass]].id);
  });

  it('of a session of the provider is valid', async () => {
    await using test = await startTestVerifier();
    const { control, people } = test.emulator;
    const { accessToken, sessionId } = await control.signIn(people.ada.id);
    expect((await test.verify(accessToken)).claims).toMatchObject({ id: people.ada.id, sessionId });
  });

  it('may have unknown claims, and unknown header members that are not critical', async () => {
    await using test = await startTestVerifier();
    const wish = { claims: { plan: 'pro', is_robot: true }, header: { typ: 'JWT', zip: 'none' } };
    expect((await verifyToken(test, 'ada', wish)).id).toBe(test.emulator.people.ada.id);
  });
});

describe('an older token', () => {
  it.each<[string, Name, Wish, object]>([
    [
      'the present claims',
      'ada',
      { withoutClaims: ['is_anonymous', 'is_restricted', 'restricted_reason', 'project_id', 'branch_id'] },
      { isAnonymous: false, isRestricted: false },
    ],
    [
      'is_anonymous, with role anon instead',
      'guest',
      { withoutClaims: ['is_anonymous'], claims: { role: 'anon' } },
      { isAnonymous: true, isRestricted: true },
    ],
    [
      'is_anonymous, with the present role',
      'guest',
      { withoutClaims: ['is_anonymous'] },
      { isAnonymous: true, isRestricted: true },
    ],
    [
      'email, session and time of issue',
      'ada',
      { withoutClaims: ['email_verified', 'refresh_token_id', 'iat', 'selected_team_id', 'role'] },
      { emailVerified: false, sessionId: undefined, issuedAt: undefined, selectedTeamId: undefined },
    ],
  ])('may lack %s', async (_what, name, wish, expected) => {
    await using test = await startTestVerifier();
    expect(await verifyToken(test, name, wish)).toMatchObject(expected);
  });

  it.each<[string, WishOf]>([
    ['without any claim that is newer', OLDER()],
    ['with its session and a verified e-mail address', OLDER({ email_verified: true })],
    ['without a session', { olderForm: true, withoutClaims: ['refresh_token_id', 'branch_id'] }],
    ['with the project', ({ projectId }) => OLDER({ project_id: projectId })],
    ['with is_restricted false', OLDER({ is_restricted: false })],
    ['with is_restricted false and no reason', OLDER({ is_restricted: false, restricted_reason: null })],
    ['with another reason', OLDER({ restricted_reason: { type: 'email_not_verified' } })],
    ['signed by the coming key', { ...OLDER(), useComingKey: true }],
  ])('with the role anon and the plain audience has an anonymous user: %s', async (_what, wish) => {
    await using test = await startTestVerifier();
    expect(await verifyToken(test, 'guest', wish)).toMatchObject({
      id: test.emulator.people.guest.id,
      isAnonymous: true,
      isRestricted: true,
      restrictedReason: 'anonymous',
      sessionId: undefined,
    });
  });

  it('of a user who signed up has an ordinary user', async () => {
    await using test = await startTestVerifier();
    expect(await verifyToken(test, 'ada', { olderForm: true, sessionId: SESSION })).toMatchObject({
      isAnonymous: false,
      isRestricted: false,
      restrictedReason: undefined,
      sessionId: SESSION,
    });
  });

  it('has an ordinary user where is_anonymous is false, whatever its role', async () => {
    await using test = await startTestVerifier();
    const claims = await verifyToken(test, 'ada', { claims: { role: 'anon' } });
    expect(claims).toMatchObject({ isAnonymous: false, isRestricted: false });
  });
});

describe('the issuer', () => {
  const BRANDS = ['https://api.stack-auth.com', 'https://api.hexclave.com'];

  it.each(BRANDS.flatMap((base) => CLASSES.map((userClass) => [base, userClass] as const)))(
    'may be %s for a token of the class %s',
    async (issuerBase, userClass) => {
      await using test = await startTestVerifier({ issuerUrls: BRANDS });
      const claims = await verifyToken(test, PERSON[userClass], { issuerBase });
      expect(claims.id).toBe(test.emulator.people[PERSON[userClass]].id);
    },
  );

  it.each<[string, WishOf]>([
    ['the host that the server calls, where another one is configured', {}],
    ['plain http', { issuerBase: 'http://api.hexclave.com' }],
    ['a host that begins with the right one', { issuerBase: 'https://api.hexclave.com.evil.test' }],
    ['a host that ends with the right one', { issuerBase: 'https://evil-api.hexclave.com' }],
    ['another host of the brand', { issuerBase: 'https://app.hexclave.com' }],
    ['another port', { issuerBase: 'https://api.hexclave.com:8443' }],
    ['a host in capitals', { issuerBase: 'https://API.hexclave.com' }],
    ['a host without a path', { claims: { iss: 'https://api.hexclave.com' } }],
    [
      'a trailing slash',
      ({ projectId }) => ({ claims: { iss: `${BRANDS[1]}/api/v1/projects/${projectId}/` } }),
    ],
    [
      'a path below',
      ({ projectId }) => ({ claims: { iss: `${BRANDS[1]}/api/v1/projects/${projectId}/oidc` } }),
    ],
    ['another project', { claims: { iss: `${BRANDS[1]}/api/v1/projects/internal` } }],
    ['the issuer of 2025', { claims: { iss: 'https://access-token.jwt-signature.stack-auth.com' } }],
    ['missing', { withoutClaims: ['iss'] }],
    ['null', { claims: { iss: null } }],
    ['a number', { claims: { iss: 1 } }],
    ['an array', { claims: { iss: BRANDS } }],
  ])('is refused where it is %s', async (_what, wish) => {
    await using test = await startTestVerifier({ issuerUrls: BRANDS });
    await verifyToken(test, 'ada', { issuerBase: 'https://api.hexclave.com' });
    const hexclave = { issuerBase: 'https://api.hexclave.com' };
    const given = typeof wish === 'function' ? wish(test.emulator) : wish;
    const whole = Object.keys(given).length === 0 ? given : { ...hexclave, ...given };
    await expect(verifyToken(test, 'ada', whole)).rejects.toMatchObject(INVALID_TOKEN);
  });

  it.each(MIXED)(
    'of the class %s is refused on a token for the audience of the class %s',
    (issuer, audience) =>
      expectRefusal(PERSON[audience], ({ url, projectId }) => ({
        claims: { iss: `${url}/api/v1/${FOLDER[issuer]}/${projectId}` },
      })),
  );
});

describe('the audience', () => {
  it.each<[string, (projectId: string) => unknown]>([
    ['an array of the right one', (projectId) => [projectId]],
    ['an array with the right one in it', (projectId) => ['other', projectId]],
    ['an empty array', () => []],
    ['a prefix of the right one', (projectId) => projectId.slice(0, -1)],
    ['one that begins with the right one', (projectId) => `${projectId}0`],
    ['a resource of the project', (projectId) => `${projectId}:resource:4f1d`],
    ['a class that does not exist', (projectId) => `${projectId}:admin`],
    ['the right one and a colon', (projectId) => `${projectId}:`],
    ['a class without a project', () => ':anon'],
    ['the right one in capitals', (projectId) => projectId.toUpperCase()],
    ['white space around the right one', (projectId) => ` ${projectId} `],
    ['another project', () => 'internal'],
    ['a property of every object', () => 'constructor'],
    ['an empty string', () => ''],
    ['null', () => null],
    ['a number', () => 7],
  ])('is refused where it is %s', (_what, aud) =>
    expectRefusal('ada', ({ projectId }) => ({ claims: { aud: aud(projectId) } })),
  );

  it('is refused where it is missing', () => expectRefusal('ada', { withoutClaims: ['aud'] }));

  it.each(MIXED)('of the class %s is refused on a token of the class %s', (audience, userClass) =>
    expectRefusal(PERSON[userClass], ({ projectId }) => ({
      claims: { aud: `${projectId}${SUFFIX[audience]}` },
    })),
  );

  it('of another project causes no fetch of keys', async () => {
    await using test = await startTestVerifier();
    await verifyToken(test, 'ada');
    test.clock.advance(60_000);
    await expect(verifyToken(test, 'ada', { otherProject: true })).rejects.toMatchObject(INVALID_TOKEN);
    expect(test.emulator.control.calls().jwks).toBe(1);
  });
});

describe('the class of a user', () => {
  it.each(MIXED)('%s in audience, issuer and key is refused with the claims of an %s user', (wanted, own) =>
    expectRefusal(PERSON[own], { class: wanted }),
  );

  it.each<[string, Name, Wish]>([
    ['anonymous and not restricted', 'guest', { claims: { is_restricted: false } }],
    ['restricted and yet anonymous', 'radia', { claims: { is_anonymous: true } }],
    ['ordinary and yet restricted', 'ada', { claims: { is_restricted: true } }],
    ['ordinary and yet anonymous', 'ada', { claims: { is_anonymous: true, is_restricted: true } }],
    [
      'restricted, without is_anonymous and with the role anon',
      'radia',
      { withoutClaims: ['is_anonymous'], claims: { role: 'anon' } },
    ],
    ['anonymous in the older form and yet restricted', 'guest', OLDER({ is_restricted: true })],
    ['anonymous in the older form and by is_anonymous', 'guest', OLDER({ is_anonymous: true })],
    ['anonymous in the older form, of another project', 'guest', OLDER({ project_id: 'internal' })],
  ])('is refused where it is %s', (_what, name, wish) => expectRefusal(name, wish));
});

describe('the lifetime of a token', () => {
  const seconds = (count: number) => count * 1000;

  it.each(CLASSES)('ends 5 s after exp and not before (%s)', async (userClass) => {
    await using test = await startTestVerifier();
    const token = await test.emulator.control.mintToken({
      userId: test.emulator.people[PERSON[userClass]].id,
    });
    test.clock.advance(seconds(605) - 1);
    await expect(test.verify(token)).resolves.toBeDefined();
    test.clock.advance(1);
    await expect(test.verify(token)).rejects.toMatchObject(EXPIRED_TOKEN);
  });

  it('begins 5 s before nbf', async () => {
    await using test = await startTestVerifier();
    const nbf = test.clock.wall() / 1000 + 60;
    const wish = { claims: { nbf } };
    test.clock.advance(seconds(55) - 1);
    await expect(verifyToken(test, 'ada', wish)).rejects.toMatchObject(INVALID_TOKEN);
    test.clock.advance(1);
    await expect(verifyToken(test, 'ada', wish)).resolves.toBeDefined();
  });

  it("does not depend on iat: the provider's clock may be ahead", async () => {
    await using test = await startTestVerifier();
    const issuedAt = test.clock.wall() / 1000 + 120;
    expect(await verifyToken(test, 'ada', { issuedAt })).toMatchObject({
      issuedAt,
      expiresAt: issuedAt + 600,
    });
  });

  it.each<[string, Wish]>([
    ['expired an hour ago', { expiresIn: -3600 }],
    ['expired in 1970', { claims: { exp: 0 } }],
    ['expired before 1970', { claims: { exp: -1 } }],
    ['expired and of the other class by its claims', { expiresIn: -60, claims: { is_restricted: true } }],
  ])('is over where the token %s', (_what, wish) => expectRefusal('ada', wish, EXPIRED_TOKEN));

  it.each<[string, WishOf]>([
    ['forged', { forged: true, expiresIn: -60 }],
    ['of another issuer', { issuerBase: 'https://evil.test', expiresIn: -60 }],
    ['of another project', { otherProject: true, expiresIn: -60 }],
  ])('does not matter where the token is %s', (_what, wish) => expectRefusal('ada', wish));

  it.each<[string, Wish]>([
    ['exp is missing', { withoutClaims: ['exp'] }],
    ['exp is null', { claims: { exp: null } }],
    ['exp is a string', { claims: { exp: '1800000600' } }],
    ['exp is a boolean', { claims: { exp: true } }],
    ['exp is an object', { claims: { exp: {} } }],
    ['exp is in milliseconds', { claims: { exp: 1_800_000_600_000_000 } }],
    ['exp is as large as a number can be', { claims: { exp: Number.MAX_VALUE } }],
    ['iat is a string', { claims: { iat: '1800000000' } }],
    ['iat is negative', { claims: { iat: -1 } }],
    ['iat is as large as a number can be', { claims: { iat: Number.MAX_VALUE } }],
    ['nbf is a string', { claims: { nbf: '0' } }],
    ['nbf is null', { claims: { nbf: null } }],
    ['nbf is an hour ahead', { claims: { nbf: 1_800_003_600 } }],
  ])('is refused where %s', (_what, wish) => expectRefusal('ada', wish));
});

describe('a claim', () => {
  it.each<[string, readonly unknown[]]>([
    ['sub', ['', null, 42, true, [], ['ada'], {}]],
    ['project_id', ['', 'internal', '11111111-2222-4333-8444-555555555555', null, 1, []]],
    ['branch_id', ['', 'dev', 'Main', null, 0, ['main']]],
    ['refresh_token_id', ['', null, 7, {}]],
    ['role', [null, 1, ['authenticated'], {}]],
    ['email_verified', [null, 'true', 1, {}]],
    ['selected_team_id', [1, false, {}, []]],
    ['is_anonymous', [null, 'false', 0, '', {}]],
    ['is_restricted', [null, 'false', 0, '', {}]],
    ['restricted_reason', ['anonymous', true, [], {}, { type: null }, { type: 1 }]],
  ])('%s is refused with a value of the wrong type', async (name, values) => {
    await using test = await startTestVerifier();
    await verifyToken(test, 'ada');
    for (const value of values) {
      const attempt = verifyToken(test, 'ada', { claims: { [name]: value } });
      await expect(attempt, `${name}: ${JSON.stringify(value)}`).rejects.toMatchObject(INVALID_TOKEN);
    }
  });

  it('sub is required', () => expectRefusal('ada', { withoutClaims: ['sub'] }));
});

describe('the signature', () => {
  it.each<[string, WishOf]>([
    ['by an unpublished key, under a published kid', { forged: true }],
    ['by an unpublished key, under an unknown kid', { unknownKid: true }],
    ['by HMAC with the public key', { alg: 'HS256' }],
    ['by HMAC, with alg ES256', { alg: 'HS256', header: { alg: 'ES256' } }],
    ['with alg HS256', { header: { alg: 'HS256' } }],
    ['with alg ES384', { header: { alg: 'ES384' } }],
    ['with alg RS256', { header: { alg: 'RS256' } }],
    ['that is empty, with alg none', { alg: 'none' }],
    ['with alg none', { header: { alg: 'none' } }],
    ['with alg in lower case', { header: { alg: 'es256' } }],
    ['without alg', { header: { alg: undefined } }],
    ['with an alg that is not a string', { header: { alg: ['ES256'] } }],
    ['without a kid', { header: { kid: undefined } }],
    ['under an empty kid', { header: { kid: '' } }],
    ['under a kid that is not a string', { header: { kid: 7 } }],
    ['under the kid __proto__', { header: { kid: '__proto__' } }],
    ['with an unknown critical extension', { header: { crit: ['exp2'], exp2: 1 } }],
    ['with an empty list of critical extensions', { header: { crit: [] } }],
    ['with critical extensions that are not a list', { header: { crit: 'exp' } }],
    ['of a payload that is not encoded', { header: { crit: ['b64'], b64: false } }],
  ])('%s is refused', (_what, wish) => expectRefusal('ada', wish));

  it('is not checked by a key that the token carries', () =>
    expectRefusal('ada', {
      forged: true,
      header: {
        jku: 'https://evil.test/jwks.json',
        jwk: { kty: 'EC', crv: 'P-256' },
        x5u: 'https://evil.test',
      },
    }));

  it('covers every character of the token', async () => {
    await using test = await startTestVerifier();
    const token = await test.emulator.control.mintToken({ userId: test.emulator.people.ada.id });
    const refused = await Promise.all(
      tampered(token).map((each) => test.verify(each).catch((error) => error)),
    );
    expect(refused.length).toBeGreaterThan(50);
    for (const error of refused) expect(error).toMatchObject(INVALID_TOKEN);
    await expect(test.verify(token)).resolves.toBeDefined();
  });

  it('cannot be moved to another token', async () => {
    await using test = await startTestVerifier();
    const { control, people } = test.emulator;
    const [ada, grace] = await Promise.all(
      [people.ada, people.grace].map(({ id }) => control.mintToken({ userId: id })),
    );
    const swapped = `${grace?.slice(0, grace.lastIndexOf('.'))}${ada?.slice(ada.lastIndexOf('.'))}`;
    await expect(test.verify(swapped)).rejects.toMatchObject(INVALID_TOKEN);
  });
});

describe('a malformed token', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each<[string, string]>([
    ['letters', 'aaaa.bbbb.cccc'],
    ['a header that is not JSON', `${Buffer.from('{').toString('base64url')}.${encode({})}.cccc`],
    ['a header that is an array', `${encode([])}.${encode({})}.cccc`],
    ['a header that is null', `${encode(null)}.${encode({})}.cccc`],
    ['a payload that is null', `${encode({ alg: 'ES256', kid: 'k' })}.${encode(null)}.cccc`],
    ['a payload that is a string', `${encode({ alg: 'ES256', kid: 'k' })}.${encode('aud')}.cccc`],
    ['deeply nested brackets', `${encode({ alg: 'ES256', kid: 'k' })}.${'W1tb'.repeat(1900)}.cccc`],
  ])('is refused: %s', async (_what, token) => {
    await using test = await startTestVerifier();
    await expect(test.verify(token)).rejects.toMatchObject(INVALID_TOKEN);
  });
});

describe('a refusal', () => {
  it.each<[string, WishOf]>([
    ['forged', { forged: true }],
    ['expired', { expiresIn: -60 }],
    ['of the wrong issuer', { issuerBase: 'https://evil.test' }],
    ['with a claim of the wrong type', { claims: { email_verified: 'yes' } }],
  ])('contains nothing of a token that is %s', async (_what, wish) => {
    await using test = await startTestVerifier();
    const { control, people } = test.emulator;
    const options = typeof wish === 'function' ? wish(test.emulator) : wish;
    const token = await control.mintToken({ userId: people.ada.id, ...options });
    const error = await test.verify(token).catch((refusal: Error) => refusal);
    test.log.logger.warn({ err: error }, 'refused');
    const line = JSON.stringify(await test.log.written('refused'));
    expect(line).toContain('AppError');
    for (const secret of [...token.split('.'), people.ada.email]) expect(line).not.toContain(secret);
  });
});

describe('a verifier without keys', () => {
  it('answers that it is unavailable, for valid and for forged tokens', async () => {
    await using test = await startTestVerifier({
      prepare: (control) => control.fail('jwks', { kind: 'status', status: 503 }),
    });
    for (const wish of [{}, { forged: true }, { unknownKid: true }, { expiresIn: -60 }]) {
      await expect(verifyToken(test, 'ada', wish)).rejects.toMatchObject(KEYS_UNAVAILABLE);
    }
  });

  it('answers the same to tokens of another project, since its own project id may be wrong', async () => {
    await using test = await startTestVerifier({
      prepare: (control) => control.fail('jwks', { kind: 'status', status: 404 }),
    });
    for (const wish of [{ otherProject: true }, { claims: { aud: 'x' } }]) {
      await expect(verifyToken(test, 'ada', wish)).rejects.toMatchObject(KEYS_UNAVAILABLE);
    }
  });

  it('that had keys before refuses tokens of another project', async () => {
    await using test = await startTestVerifier({ keySet: { maxStale: 60_000 } });
    await verifyToken(test, 'ada');
    test.emulator.control.fail('jwks', { kind: 'status', status: 503 });
    test.clock.advance(60_001);
    await expect(verifyToken(test, 'ada')).rejects.toMatchObject(KEYS_UNAVAILABLE);
    await expect(verifyToken(test, 'ada', { otherProject: true })).rejects.toMatchObject(INVALID_TOKEN);
  });

  it('waits for the first keys before it refuses a token of another project', async () => {
    await using test = await startTestVerifier({ prepare: (control) => control.hold('jwks') });
    const refused = expect(verifyToken(test, 'ada', { otherProject: true })).rejects;
    await test.prepared?.arrived(1);
    test.prepared?.release();
    await refused.toMatchObject(INVALID_TOKEN);
    expect(test.emulator.control.calls().jwks).toBe(1);
  });

  it('refuses tokens that cannot be valid', async () => {
    await using test = await startTestVerifier({
      prepare: (control) => control.fail('jwks', { kind: 'status', status: 503 }),
    });
    for (const wish of [{ alg: 'HS256' as const }, { claims: { aud: ['x'] } }]) {
      await expect(verifyToken(test, 'ada', wish)).rejects.toMatchObject(INVALID_TOKEN);
    }
  });
});

/** The token with every 16th character changed, so that it decodes to something else, or truncated. */
function tampered(token: string): readonly string[] {
  const changed = [...token].flatMap((character, index) => {
    if (index % 16 !== 0 || character === '.') return [];
    return [`${token.slice(0, index)}${character === 'A' ? 'Q' : 'A'}${token.slice(index + 1)}`];
  });
  return [...changed, token.slice(0, -1), token.slice(0, -4), `${token}AAAA`];
}
