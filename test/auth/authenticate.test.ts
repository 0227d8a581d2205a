import { describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../src/auth/authenticate.ts';
import { CONFLICTING_TOKENS, EXPIRED_TOKEN, INVALID_TOKEN, KEYS_UNAVAILABLE } from '../support/refusals.ts';
import { startTestVerifier, type TestVerifier } from '../support/test-verifier.ts';

async function tokenOfAda({ emulator }: TestVerifier): Promise<string> {
  return emulator.control.mintToken({ userId: emulator.people.ada.id });
}

/** Makes the key set fetch again, as an unknown kid does after the cooldown. */
async function refetchKeys(test: TestVerifier): Promise<void> {
  const { control, people } = test.emulator;
  const { jwks } = control.calls();
  test.clock.advance(30_000);
  const stranger = await control.mintToken({ userId: people.ada.id, unknownKid: true });
  await expect(test.verify(stranger)).rejects.toMatchObject(INVALID_TOKEN);
  expect(control.calls().jwks).toBe(jwks + 1);
}

describe('a request', () => {
  it('without a token has no user, and costs no verification', async () => {
    await using test = await startTestVerifier();
    expect(await test.authenticate(() => undefined)).toBeUndefined();
    expect(await test.authenticate(() => null)).toBeUndefined();
    expect(test.verifications).toBe(0);
  });

  it('with a token yields the token and its claims', async () => {
    await using test = await startTestVerifier();
    const token = await tokenOfAda(test);
    const credentials = await test.authenticateToken(token);
    expect(credentials).toMatchObject({ token, claims: { id: test.emulator.people.ada.id } });
    expect(Object.keys(credentials ?? {}).sort()).toEqual(['claims', 'token']);
  });

  it('yields no refresh token that was sent beside the access token', async () => {
    await using test = await startTestVerifier();
    const { control, people } = test.emulator;
    const { accessToken, refreshToken } = await control.signIn(people.ada.id);
    const carriers = new Headers({ 'x-stack-auth': JSON.stringify({ accessToken, refreshToken }) });
    const credentials = await test.authenticate((name) => carriers.get(name));
    expect(credentials?.token).toBe(accessToken);
    expect(JSON.stringify(credentials)).not.toContain(refreshToken);
  });

  it.each(['null', 'aaaa.bbbb', 'aaaa.bbbb.cccc='])(
    'with the token %s is refused without verification',
    async (token) => {
      await using test = await startTestVerifier();
      await expect(test.authenticateToken(token)).rejects.toMatchObject(INVALID_TOKEN);
      expect(test.verifications).toBe(0);
    },
  );

  it('with two different tokens is refused, even if both are valid', async () => {
    await using test = await startTestVerifier();
    const { control, people } = test.emulator;
    const tokens = await Promise.all([
      control.mintToken({ userId: people.ada.id }),
      control.mintToken({ userId: people.grace.id }),
    ]);
    const carriers = new Headers({
      'x-stack-access-token': tokens[0],
      'x-hexclave-access-token': tokens[1],
    });
    const attempt = test.authenticate((name) => carriers.get(name));
    await expect(attempt).rejects.toMatchObject(CONFLICTING_TOKENS);
  });

  it('is refused for an invalid token, which is not cached', async () => {
    await using test = await startTestVerifier();
    const { control, people } = test.emulator;
    const forged = await control.mintToken({ userId: people.ada.id, forged: true });
    for (const count of [1, 2]) {
      await expect(test.authenticateToken(forged)).rejects.toMatchObject(INVALID_TOKEN);
      expect(test.verifications).toBe(count);
    }
  });
});

describe('a token in many concurrent requests', () => {
  const MANY = Array.from({ length: 80 }, (_, index): unknown => index);

  it('is verified once for all of them', async () => {
    await using test = await startTestVerifier();
    const token = await tokenOfAda(test);
    const answers = await Promise.all(MANY.map(() => test.authenticateToken(token)));
    expect(new Set(answers.map((answer) => answer?.claims)).size).toBe(1);
    expect(test.verifications).toBe(1);
  });

  it.each([
    ['forged', { forged: true }, INVALID_TOKEN],
    ['expired', { expiresIn: -60 }, EXPIRED_TOKEN],
  ])('is refused in all of them where it is %s, and in later ones too', async (_what, options, refusal) => {
    await using test = await startTestVerifier();
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id, ...options });
    const answers = await Promise.allSettled(MANY.map(() => test.authenticateToken(token)));
    expect(answers).toMatchObject(MANY.map(() => ({ status: 'rejected', reason: refusal })));
    expect(test.verifications).toBe(1);
    await expect(test.authenticateToken(token)).rejects.toMatchObject(refusal);
  });

  it('waits once for keys that are being fetched', async () => {
    await using test = await startTestVerifier({ prepare: (control) => control.hold('jwks') });
    const token = await tokenOfAda(test);
    const answers = MANY.map(() => test.authenticateToken(token));
    await test.prepared?.arrived(1);
    test.prepared?.release();
    for (const answer of answers) expect((await answer)?.token).toBe(token);
    expect(test.verifications).toBe(1);
  });
});

describe('a verified token', () => {
  it('is cached: the same claims are returned without a second verification', async () => {
    await using test = await startTestVerifier();
    const token = await tokenOfAda(test);
    const first = await test.authenticateToken(token);
    const second = await test.authenticateToken(token);
    expect(first?.claims).toBeDefined();
    expect(second?.claims).toBe(first?.claims);
    expect(test.verifications).toBe(1);
  });

  it('is cached for every header that can carry it', async () => {
    await using test = await startTestVerifier();
    const token = await tokenOfAda(test);
    const first = await test.authenticateToken(token);
    const carriers = new Headers({ authorization: `Bearer ${token}` });
    expect((await test.authenticate((name) => carriers.get(name)))?.claims).toBe(first?.claims);
    expect(test.verifications).toBe(1);
  });

  it('is not mistaken for one that differs in the last character', async () => {
    await using test = await startTestVerifier();
    const token = await tokenOfAda(test);
    await test.authenticateToken(token);
    const other = `${token.slice(0, -4)}AAAA`;
    await expect(test.authenticateToken(other)).rejects.toMatchObject(INVALID_TOKEN);
    expect(test.verifications).toBe(2);
  });

  it('expires 5 s after exp although it is cached', async () => {
    await using test = await startTestVerifier();
    const token = await tokenOfAda(test);
    await test.authenticateToken(token);
    test.clock.advance(604_999);
    await test.authenticateToken(token);
    expect(test.verifications).toBe(1);
    test.clock.advance(1);
    await expect(test.authenticateToken(token)).rejects.toMatchObject(EXPIRED_TOKEN);
    await expect(test.authenticateToken(token)).rejects.toMatchObject(EXPIRED_TOKEN);
  });

  it('is accepted again once a wall clock that ran ahead is corrected', async () => {
    await using test = await startTestVerifier();
    const token = await tokenOfAda(test);
    await test.authenticateToken(token);
    test.clock.stepWall(3_600_000);
    await expect(test.authenticateToken(token)).rejects.toMatchObject(EXPIRED_TOKEN);
    test.clock.stepWall(-3_600_000);
    await expect(test.authenticateToken(token)).resolves.toMatchObject({ token });
  });

  it('is dropped from the cache when its key is withdrawn', async () => {
    await using test = await startTestVerifier();
    const token = await tokenOfAda(test);
    await test.authenticateToken(token);
    await test.emulator.control.rotateKeys();
    await test.authenticateToken(token); // The keys have not been fetched since.
    await refetchKeys(test);
    await expect(test.authenticateToken(token)).rejects.toMatchObject(INVALID_TOKEN);
  });

  it('is dropped from the cache when its kid gets another key', async () => {
    await using test = await startTestVerifier();
    const token = await tokenOfAda(test);
    await test.authenticateToken(token);
    const { control, people } = test.emulator;
    const original = await publishedKeys(test);
    await control.rotateKeys();
    const changed = (await publishedKeys(test)).map((key, index) => ({ ...key, kid: original[index]?.kid }));
    control.fail('jwks', { kind: 'body', body: JSON.stringify({ keys: changed }) });
    control.resetCalls();
    await refetchKeys(test);
    await expect(test.authenticateToken(token)).rejects.toMatchObject(INVALID_TOKEN);
    const header = { kid: original[0]?.kid };
    const successor = await control.mintToken({ userId: people.ada.id, header });
    await expect(test.authenticateToken(successor)).resolves.toMatchObject({ token: successor });
  });

  it('stays cached when a key is added', async () => {
    await using test = await startTestVerifier();
    const token = await tokenOfAda(test);
    const first = await test.authenticateToken(token);
    await test.emulator.control.rotateKeys({ keepOld: true });
    await refetchKeys(test);
    const { verifications } = test;
    expect((await test.authenticateToken(token))?.claims).toBe(first?.claims);
    expect(test.verifications).toBe(verifications);
    await test.authenticateToken(await tokenOfAda(test)); // The new key is known as well.
  });

  it('stays cached when the same keys are fetched in another order', async () => {
    await using test = await startTestVerifier();
    const token = await tokenOfAda(test);
    await test.authenticateToken(token);
    const keys = (await publishedKeys(test)).toReversed();
    test.emulator.control.fail('jwks', { kind: 'body', body: JSON.stringify({ keys }) });
    await refetchKeys(test);
    const { verifications } = test;
    await test.authenticateToken(token);
    expect(test.verifications).toBe(verifications);
  });

  it('cannot be used while the keys are too old, and can with fresh ones', async () => {
    const keySet = { maxStale: 60_000, retryDelay: { first: 5, longest: 5 } };
    await using test = await startTestVerifier({ keySet });
    const token = await tokenOfAda(test);
    await test.authenticateToken(token);
    const endFault = test.emulator.control.fail('jwks', { kind: 'status', status: 503 });
    test.clock.advance(60_001);
    await expect(test.authenticateToken(token)).rejects.toMatchObject(KEYS_UNAVAILABLE);
    endFault();
    await test.log.written('The keys of the identity provider were fetched again');
    await expect(test.authenticateToken(token)).resolves.toMatchObject({ token });
  });
});

describe('the cache of verified tokens', () => {
  it('is bounded, and drops the least recently used token', async () => {
    await using test = await startTestVerifier({ remember: 2 });
    const { control, people } = test.emulator;
    const [ada = '', grace = '', linus = ''] = await Promise.all(
      [people.ada, people.grace, people.linus].map(({ id }) => control.mintToken({ userId: id })),
    );
    for (const token of [ada, grace, ada, linus]) await test.authenticateToken(token);
    expect(test.verifications).toBe(3);
    await test.authenticateToken(ada);
    await test.authenticateToken(linus);
    expect(test.verifications).toBe(3);
    await test.authenticateToken(grace);
    expect(test.verifications).toBe(4);
  });

  it.each([
    ['sub', 'x'.repeat(4_000)],
    ['refresh_token_id', 'x'.repeat(4_000)],
    ['selected_team_id', 'x'.repeat(4_000)],
    ['restricted_reason', { type: 'x'.repeat(4_000) }],
  ])('is bounded in bytes: with a long %s it holds fewer tokens', async (claim, value) => {
    await using test = await startTestVerifier({ remember: 15 });
    const { control, people } = test.emulator;
    const mint = (claims: Readonly<Record<string, unknown>>) =>
      control.mintToken({ userId: people.ada.id, claims });
    const ordinary = await Promise.all(Array.from({ length: 15 }, () => mint({})));
    for (const token of [...ordinary, ...ordinary]) await test.authenticateToken(token);
    expect(test.verifications).toBe(15);
    const large = await mint({ [claim]: value });
    for (const token of [large, large]) await test.authenticateToken(token);
    expect(test.verifications).toBe(16);
    for (const token of ordinary.toReversed()) await test.authenticateToken(token);
    expect(test.verifications).toBeGreaterThanOrEqual(16 + 8);
  });

  it('is not shared between two instances', async () => {
    await using test = await startTestVerifier();
    const token = await tokenOfAda(test);
    await test.authenticateToken(token);
    const other = createAuthenticate({ verify: test.verify, keys: test.keys, clock: test.clock });
    await other((name) => (name === 'x-stack-access-token' ? token : null));
    expect(test.verifications).toBe(2);
  });
});

async function publishedKeys({ emulator }: TestVerifier): Promise<readonly { readonly kid: string }[]> {
  const path = `/api/v1/projects/${emulator.projectId}/.well-known/jwks.json?include_anonymous=true`;
  const answer = await fetch(`${emulator.url}${path}`);
  return ((await answer.json()) as { keys: { kid: string }[] }).keys;
}
