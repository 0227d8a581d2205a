// Which budget a token spends, and when its signature is checked.
import { describe, expect, it } from 'vitest';
import type { MintOptions } from '../../src/emulator/mint.ts';
import { EXPIRED_TOKEN, INVALID_TOKEN } from '../support/refusals.ts';
import { startTestVerifier, type TestVerifier } from '../support/test-verifier.ts';

const RATE_LIMITED = { code: 'RATE_LIMITED', retryAfter: 60 };
const HOUR = 3_600_000;
const [OFFICE, HOME] = ['203.0.113.7', '198.51.100.9'];

type Name = 'ada' | 'grace';

const mint = ({ emulator }: TestVerifier, name: Name, options: Omit<MintOptions, 'userId'> = {}) =>
  emulator.control.mintToken({ userId: emulator.people[name].id, ...options });

/** So many different tokens of one user. */
const mintMany = (test: TestVerifier, name: Name, count: number, from: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => mint(test, name, { expiresIn: from - index })));

/** A token of an anonymous user that has not been seen. */
const mintGuest = ({ emulator: { control } }: TestVerifier, options: Omit<MintOptions, 'userId'> = {}) =>
  control.mintToken({ userId: control.createUser({ kind: 'anonymous' }).id, ...options });

/** The code of the error of each, or `ok`, one after the other. */
async function outcomes(test: TestVerifier, tokens: readonly string[], address?: string) {
  const codes: string[] = [];
  for (const token of tokens)
    codes.push(
      await test.authenticateToken(token, address).then(
        () => 'ok',
        ({ code }) => String(code),
      ),
    );
  return codes;
}

const times = (count: number, text: string) => Array.from({ length: count }, () => text);

describe('an expired token', () => {
  it("spends its own user's requests, and none of the failures of its address", async () => {
    await using test = await startTestVerifier({ rates: { requests: 4, failures: 2 } });
    const expired = await mintMany(test, 'ada', 6, -60);
    expect(await outcomes(test, expired)).toEqual([
      ...times(4, 'UNAUTHENTICATED'),
      ...times(2, 'RATE_LIMITED'),
    ]);
    expect(await outcomes(test, [await mint(test, 'ada')])).toEqual(['RATE_LIMITED']);
    expect(await outcomes(test, [await mint(test, 'grace')])).toEqual(['ok']);
    const forged = await mint(test, 'grace', { forged: true });
    expect(await outcomes(test, times(3, forged))).toEqual([...times(2, 'UNAUTHENTICATED'), 'RATE_LIMITED']);
  });

  it('costs one signature check however often it is sent, and each time one request', async () => {
    await using test = await startTestVerifier({ rates: { requests: 5, failures: 1 } });
    const expired = await mint(test, 'ada', { expiresIn: -60 });
    expect(await outcomes(test, times(7, expired))).toEqual([
      ...times(5, 'UNAUTHENTICATED'),
      ...times(2, 'RATE_LIMITED'),
    ]);
    expect(test.verifications).toBe(1);
    test.clock.advance(60_000);
    await expect(test.authenticateToken(expired)).rejects.toMatchObject(EXPIRED_TOKEN);
    expect(test.verifications).toBe(1);
  });

  it('spends one request for each of many that are sent at once', async () => {
    await using test = await startTestVerifier({ rates: { requests: 10, failures: 1 } });
    const expired = await mint(test, 'ada', { expiresIn: -60 });
    const codes = await Promise.all(times(30, expired).map((token) => outcomes(test, [token])));
    expect(codes.flat().filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(10);
    expect(test.verifications).toBe(1);
  });

  it('spends a request too where it was cached while it was valid', async () => {
    await using test = await startTestVerifier({ rates: { requests: 3, failures: 1 } });
    const token = await mint(test, 'ada');
    await test.authenticateToken(token);
    test.clock.advance(605_000);
    expect(await outcomes(test, times(4, token))).toEqual([...times(3, 'UNAUTHENTICATED'), 'RATE_LIMITED']);
    expect(test.verifications).toBe(1);
  });

  it('is forgotten when many others were sent since, and is then checked again', async () => {
    await using test = await startTestVerifier({ rates: { requests: 10_000, failures: 1 } });
    const [first = '', ...others] = await mintMany(test, 'ada', 2_001, -60);
    await outcomes(test, [first, ...others, ...others.slice(-5)]);
    expect(test.verifications).toBe(2_001);
    await outcomes(test, [first]);
    expect(test.verifications).toBe(2_002);
  });

  it('that is forged spends the failures of its address, and no request of the user', async () => {
    await using test = await startTestVerifier({ rates: { requests: 1, failures: 2 } });
    const forged = await mint(test, 'ada', { expiresIn: -60, forged: true });
    expect(await outcomes(test, times(3, forged))).toEqual([...times(2, 'UNAUTHENTICATED'), 'RATE_LIMITED']);
    expect(await outcomes(test, [await mint(test, 'ada')], HOME)).toEqual(['ok']);
  });
});

describe('a user without requests left', () => {
  it('costs no signature check, whatever token claims to be of this user', async () => {
    await using test = await startTestVerifier({ rates: { requests: 2, failures: 10 } });
    await outcomes(test, await mintMany(test, 'ada', 2, 600));
    expect(test.verifications).toBe(2);
    const tokens = [
      ...(await mintMany(test, 'ada', 3, 500)),
      await mint(test, 'ada', { expiresIn: -60 }),
      await mint(test, 'ada', { forged: true }),
      await mint(test, 'ada', { unknownKid: true }),
    ];
    for (const token of tokens)
      await expect(test.authenticateToken(token)).rejects.toMatchObject(RATE_LIMITED);
    expect(test.verifications).toBe(2);
    expect(test.events).toEqual(Array(tokens.length).fill({ kind: 'rate-limited', budget: 'user' }));
    test.clock.advance(60_000);
    expect(await outcomes(test, tokens.slice(0, 1))).toEqual(['ok']);
  });

  it('costs few signature checks where all tokens are sent at once', async () => {
    await using test = await startTestVerifier({ rates: { requests: 5, failures: 10 } });
    const tokens = await mintMany(test, 'ada', 200, 600);
    const codes = await Promise.all(tokens.map((token) => outcomes(test, [token])));
    expect(codes.flat().filter((code) => code === 'ok')).toHaveLength(5);
    // Those whose checks had begun when the budget was spent: no more than may fail at once.
    expect(test.verifications).toBeLessThanOrEqual(5 + 10);
  });
});

describe('the look-up of a claimed user', () => {
  it('spends nothing', async () => {
    await using test = await startTestVerifier({ rates: { requests: 3, failures: 100 } });
    const good = await mint(test, 'ada');
    await test.authenticateToken(good);
    const forged = await mint(test, 'ada', { forged: true });
    await outcomes(test, times(50, forged), HOME);
    expect(await outcomes(test, times(3, good))).toEqual(['ok', 'ok', 'RATE_LIMITED']);
  });

  it('remembers no user: one who is only claimed is still new', async () => {
    await using test = await startTestVerifier({ rates: { requests: 5, failures: 9, anonymousUsers: 1 } });
    const userId = test.emulator.people.guest.id;
    const { mintToken } = test.emulator.control;
    for (const address of [HOME, OFFICE])
      await expect(
        test.authenticateToken(await mintToken({ userId, forged: true }), address),
      ).rejects.toMatchObject(INVALID_TOKEN);
    await test.authenticateToken(await mintGuest(test), OFFICE);
    await expect(test.authenticateToken(await mintToken({ userId }), OFFICE)).rejects.toMatchObject(
      RATE_LIMITED,
    );
  });

  it.each<[string, Omit<MintOptions, 'userId'>]>([
    ['no sub', { withoutClaims: ['sub'] }],
    ['a sub that is a number', { claims: { sub: 7 } }],
    ['a sub that is an object', { claims: { sub: { id: 'ada' } } }],
    ['a sub that is empty', { claims: { sub: '' } }],
    ['an audience that is a list', { claims: { aud: ['x:anon'] } }],
  ])('leaves a token with %s to its verification', async (_what, options) => {
    await using test = await startTestVerifier({ rates: { requests: 5, failures: 9, anonymousUsers: 1 } });
    const token = await mint(test, 'ada', options);
    await expect(test.authenticateToken(token)).rejects.toMatchObject(INVALID_TOKEN);
  });
});

describe('anonymous users of one address', () => {
  const rates = { requests: 100, failures: 9, anonymousUsers: 3 };

  it('are admitted up to a number of new ones, and the others without a signature check', async () => {
    await using test = await startTestVerifier({ rates });
    const guests = await Promise.all(times(5, '').map(() => mintGuest(test)));
    expect(await outcomes(test, guests, OFFICE)).toEqual(['ok', 'ok', 'ok', 'RATE_LIMITED', 'RATE_LIMITED']);
    expect(test.verifications).toBe(3);
    expect(test.events).toEqual(Array(2).fill({ kind: 'rate-limited', budget: 'anonymous-users' }));
    // Those that are known go on, with new tokens as well; a new one may come from elsewhere, or later.
    const again = await test.emulator.control.mintToken({ userId: userOf(guests[0]), expiresIn: 99 });
    expect(await outcomes(test, [...guests.slice(0, 3), again], OFFICE)).toEqual(times(4, 'ok'));
    expect(await outcomes(test, guests.slice(3, 4), HOME)).toEqual(['ok']);
    test.clock.advance(60_000);
    expect(await outcomes(test, guests, OFFICE)).toEqual(times(5, 'ok'));
  });

  it('are counted in the older form of their tokens as well', async () => {
    await using test = await startTestVerifier({ rates });
    const guests = await Promise.all(times(4, '').map(() => mintGuest(test, { olderForm: true })));
    expect(await outcomes(test, guests, OFFICE)).toEqual(['ok', 'ok', 'ok', 'RATE_LIMITED']);
  });

  it('are counted where their tokens have expired', async () => {
    await using test = await startTestVerifier({ rates });
    const guests = await Promise.all(times(4, '').map(() => mintGuest(test, { expiresIn: -60 })));
    expect(await outcomes(test, guests, OFFICE)).toEqual([...times(3, 'UNAUTHENTICATED'), 'RATE_LIMITED']);
  });

  it('do not count signed-in users, however many share the address', async () => {
    await using test = await startTestVerifier({ rates });
    const { control } = test.emulator;
    const users = (['ordinary', 'restricted'] as const).flatMap((kind) =>
      times(10, kind).map(() => control.mintToken({ userId: control.createUser({ kind }).id })),
    );
    expect(await outcomes(test, await Promise.all(users), OFFICE)).toEqual(times(20, 'ok'));
    expect(await outcomes(test, [await mintGuest(test)], OFFICE)).toEqual(['ok']);
  });
});

describe('budgets', () => {
  it.each([
    ['an hour ahead', HOUR],
    ['an hour back', -HOUR],
  ])('do not change when the wall clock steps %s', async (_what, step) => {
    await using test = await startTestVerifier({ rates: { requests: 1, failures: 1, anonymousUsers: 1 } });
    const lifetime = { issuedAt: test.clock.wall() / 1000 - 7_200, expiresIn: 14_400 };
    const [ada, forged] = [await mint(test, 'ada', lifetime), await mint(test, 'grace', { forged: true })];
    const [guest, other] = [await mintGuest(test, lifetime), await mintGuest(test, lifetime)];
    await outcomes(test, [ada, guest, forged]);
    test.clock.stepWall(step);
    for (const token of [ada, other, guest])
      await expect(test.authenticateToken(token)).rejects.toMatchObject(RATE_LIMITED);
    await expect(test.authenticateToken(forged)).rejects.toMatchObject(RATE_LIMITED);
    test.clock.advance(60_000);
    expect(await outcomes(test, [ada, other, guest])).toEqual(times(3, 'ok'));
  });
});

function userOf(token = ''): string {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sub;
}
