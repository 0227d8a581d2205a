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
const MIXED = CLASSES.flatMap((one) =>
  CLASSES.filter((two) => one !== two).map((two) => [one, two] as const),
);

/** A token of one of the emulator's people, and what the verifier makes of it. */
async function verifyToken(test: TestVerifier, name: Name, wish: WishOf = {}) {
  const { control, people } = test.emulator;
  const options = typeof wish === 'function' ? wish(test.emulator) : wish;
  return (await test.verify(await control.mintToken({ userId: people[name].id, ...options }))).claims;
}

async function expectRefusal(name: Name, wish: WishOf, expected: object = INVALID_TOKEN) {
  await using test = await startTestVerifier();
  await verifyToken(test, name); // The way is open for a token of the same user that is good.
  await expect(verifyToken(test, name, wish)).rejects.toMatchObject(expected);
}

describe('a genuine token', () => {
  it.each<[Name, object]>([
    ['ada', { isAnonymous: false, isRestricted: false, restrictedReason: undefined, emailVerified: true }],
    ['linus', { isAnonymous: false, isRestricted: false, restrictedReason: undefined, emailVerified: false }],
    ['radia', { isRestricted: true, restrictedReason: 'email_not_verified', emailVerified: false }],
    ['mallory', { isRestricted: true, restrictedReason: 'restricted_by_administrator', emailVerified: true }],
    ['guest', { isAnonymous: true, isRestricted: true, restrictedReason: 'anonymous' }],
  ])('of %s tells who that is', async (name, expected) => {
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

  it('tells which team is selected, and when none is', async () => {
    await using test = await startTestVerifier();
    const { grace } = test.emulator.people;
    expect((await verifyToken(test, 'grace')).selectedTeamId).toBe(grace.selectedTeam?.id);
    expect((await verifyToken(test, 'ada')).selectedTeamId).toBeUndefined();
  });

  it('tells nothing beyond what the server relies on, and cannot be changed', async () => {
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

  it.each(CLASSES)('of a class (%s) may be signed by the key that is to come', async (userClass) => {
    await using test = await startTestVerifier();
    const claims = await verifyToken(test, PERSON[userClass], { useComingKey: true });
    expect(claims.id).toBe(test.emulator.people[PERSON[userClass]].id);
  });

  it('of a session that the provider made is good too', async () => {
    await using test = await startTestVerifier();
    const { control, people } = test.emulator;
    const { accessToken, sessionId } = await control.signIn(people.ada.id);
    expect((await test.verify(accessToken)).claims).toMatchObject({ id: people.ada.id, sessionId });
  });

  it('may carry claims that nobody knows yet, and an unknown header that is not critical', async () => {
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
      'is_anonymous, role anon in its place',
      'guest',
      { withoutClaims: ['is_anonymous'], claims: { role: 'anon' } },
      { isAnonymous: true, isRestricted: true },
    ],
    [
      'is_anonymous and with the present role',
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

  it('is not made anonymous by its role where is_anonymous says no', async () => {
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
    ['the host that we reach, where another is configured', {}],
    ['plain http', { issuerBase: 'http://api.hexclave.com' }],
    ['a host that begins alike', { issuerBase: 'https://api.hexclave.com.evil.test' }],
    ['a host that ends alike', { issuerBase: 'https://evil-api.hexclave.com' }],
    ['another host of the brand', { issuerBase: 'https://app.hexclave.com' }],
    ['another port', { issuerBase: 'https://api.hexclave.com:8443' }],
    ['a host in other letters', { issuerBase: 'https://API.hexclave.com' }],
    ['a host alone', { claims: { iss: 'https://api.hexclave.com' } }],
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
    ['a class alone', () => ':anon'],
    ['the right one in capitals', (projectId) => projectId.toUpperCase()],
    ['white space around the right one', (projectId) => ` ${projectId} `],
    ['another project', () => 'internal'],
    ['a name that every object has', () => 'constructor'],
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

  it('of another project makes nobody look for keys', async () => {
    await using test = await startTestVerifier();
    await verifyToken(test, 'ada');
    test.clock.advance(60_000);
    await expect(verifyToken(test, 'ada', { otherProject: true })).rejects.toMatchObject(INVALID_TOKEN);
    expect(test.emulator.control.calls().jwks).toBe(1);
  });
});

describe('the class of a user', () => {
  it.each(MIXED)('%s in audience, issuer and key is refused with the claims of the class %s', (wanted, own) =>
    expectRefusal(PERSON[own], { class: wanted }),
  );

  it.each<[string, Name, Wish]>([
    ['anonymous and not restricted', 'guest', { claims: { is_restricted: false } }],
    ['restricted and yet anonymous', 'radia', { claims: { is_anonymous: true } }],
    ['ordinary and yet restricted', 'ada', { claims: { is_restricted: true } }],
    ['ordinary and yet anonymous', 'ada', { claims: { is_anonymous: true, is_restricted: true } }],
    [
      'ordinary, in an older token with the role anon',
      'ada',
      { withoutClaims: ['is_anonymous'], claims: { role: 'anon' } },
    ],
    [
      'restricted, in an older token with the role anon',
      'radia',
      { withoutClaims: ['is_anonymous'], claims: { role: 'anon' } },
    ],
  ])('is refused where it is %s', (_what, name, wish) => expectRefusal(name, wish));
});

describe('the cancellation of a token', () => {
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

  it('begins 5 s before nbf and not earlier', async () => {
    await using test = await startTestVerifier();
    const nbf = test.clock.wall() / 1000 + 60;
    const wish = { claims: { nbf } };
    test.clock.advance(seconds(55) - 1);
    await expect(verifyToken(test, 'ada', wish)).rejects.toMatchObject(INVALID_TOKEN);
    test.clock.advance(1);
    await expect(verifyToken(test, 'ada', wish)).resolves.toBeDefined();
  });

  it('does not begin with iat: the clock of the provider may be ahead', async () => {
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
    ['expired before its time', { claims: { exp: -1 } }],
    ['expired and of the other class by its claims', { expiresIn: -60, claims: { is_restricted: true } }],
  ])('is over where it %s', (_what, wish) => expectRefusal('ada', wish, EXPIRED_TOKEN));

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
  ])('%s is refused with a value of another kind than the contract has', async (name, values) => {
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
    ['by a key that nobody published, under a kid that is', { forged: true }],
    ['by a key that nobody published, under a kid that nobody knows', { unknownKid: true }],
    ['by HMAC with the public key', { alg: 'HS256' }],
    ['by HMAC that calls itself ES256', { alg: 'HS256', header: { alg: 'ES256' } }],
    ['that calls itself HS256', { header: { alg: 'HS256' } }],
    ['that calls itself ES384', { header: { alg: 'ES384' } }],
    ['that calls itself RS256', { header: { alg: 'RS256' } }],
    ['of alg none, which is empty', { alg: 'none' }],
    ['that calls itself none', { header: { alg: 'none' } }],
    ['of an algorithm in small letters', { header: { alg: 'es256' } }],
    ['of no algorithm', { header: { alg: undefined } }],
    ['of an algorithm that is no string', { header: { alg: ['ES256'] } }],
    ['under no kid', { header: { kid: undefined } }],
    ['under an empty kid', { header: { kid: '' } }],
    ['under a kid that is no string', { header: { kid: 7 } }],
    ['under the name that every object has', { header: { kid: '__proto__' } }],
    ['with an unknown critical extension', { header: { crit: ['exp2'], exp2: 1 } }],
    ['with an empty list of critical extensions', { header: { crit: [] } }],
    ['with critical extensions that are no list', { header: { crit: 'exp' } }],
    ['of a payload that is not encoded', { header: { crit: ['b64'], b64: false } }],
  ])('%s is refused', (_what, wish) => expectRefusal('ada', wish));

  it('is the only key that counts: one that the token brings along does not', () =>
    expectRefusal('ada', {
      forged: true,
      header: {
        jku: 'https://evil.test/jwks.json',
        jwk: { kty: 'EC', crv: 'P-256' },
        x5u: 'https://evil.test',
      },
    }));

  it('covers every character', async () => {
    await using test = await startTestVerifier();
    const token = await test.emulator.control.mintToken({ userId: test.emulator.people.ada.id });
    const refused = await Promise.all(
      tampered(token).map((each) => test.verify(each).catch((error) => error)),
    );
    expect(refused.length).toBeGreaterThan(50);
    for (const error of refused) expect(error).toMatchObject(INVALID_TOKEN);
    await expect(test.verify(token)).resolves.toBeDefined();
  });

  it('is not exchanged between tokens', async () => {
    await using test = await startTestVerifier();
    const { control, people } = test.emulator;
    const [ada, grace] = await Promise.all(
      [people.ada, people.grace].map(({ id }) => control.mintToken({ userId: id })),
    );
    const swapped = `${grace?.slice(0, grace.lastIndexOf('.'))}${ada?.slice(ada.lastIndexOf('.'))}`;
    await expect(test.verify(swapped)).rejects.toMatchObject(INVALID_TOKEN);
  });
});

describe('a token that is no token', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each<[string, string]>([
    ['letters', 'aaaa.bbbb.cccc'],
    ['a header that is no JSON', `${Buffer.from('{').toString('base64url')}.${encode({})}.cccc`],
    ['a header that is an array', `${encode([])}.${encode({})}.cccc`],
    ['a header that is null', `${encode(null)}.${encode({})}.cccc`],
    ['a payload that is null', `${encode({ alg: 'ES256', kid: 'k' })}.${encode(null)}.cccc`],
    ['a payload that is a string', `${encode({ alg: 'ES256', kid: 'k' })}.${encode('aud')}.cccc`],
    ['brackets without end', `${encode({ alg: 'ES256', kid: 'k' })}.${'W1tb'.repeat(1900)}.cccc`],
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
  ])('quotes nothing of a token that is %s', async (_what, wish) => {
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
  it('says that it cannot tell, of good tokens and forged ones alike', async () => {
    await using test = await startTestVerifier({
      prepare: (control) => control.fail('jwks', { kind: 'status', status: 503 }),
    });
    for (const wish of [{}, { forged: true }, { unknownKid: true }, { expiresIn: -60 }]) {
      await expect(verifyToken(test, 'ada', wish)).rejects.toMatchObject(KEYS_UNAVAILABLE);
    }
  });

  it('still refuses what is not for it, and what cannot be good', async () => {
    await using test = await startTestVerifier({
      prepare: (control) => control.fail('jwks', { kind: 'status', status: 503 }),
    });
    for (const wish of [{ otherProject: true }, { alg: 'HS256' as const }, { claims: { aud: ['x'] } }]) {
      await expect(verifyToken(test, 'ada', wish)).rejects.toMatchObject(INVALID_TOKEN);
    }
  });
});

/** The token with every 16th character changed, so that it decodes to something else, or is cut short. */
function tampered(token: string): readonly string[] {
  const changed = [...token].flatMap((character, index) => {
    if (index % 16 !== 0 || character === '.') return [];
    return [`${token.slice(0, index)}${character === 'A' ? 'Q' : 'A'}${token.slice(index + 1)}`];
  });
  return [...changed, token.slice(0, -1), token.slice(0, -4), `${token}AAAA`];
}
