import { describe, expect, it } from 'vitest';
import { MAX_WAITING, MAX_WAITING_OF_ADDRESS, VerificationLimit } from '../../src/auth/verification-limit.ts';
import { INVALID_TOKEN } from '../support/refusals.ts';
import { startTestVerifier, type TestVerifier } from '../support/test-verifier.ts';

const RATE_LIMITED = { code: 'RATE_LIMITED', retryAfter: 1 };
const OVERLOADED = { code: 'OVERLOADED', retryAfter: 1 };

/** A verifier whose keys are held back, with tokens of keys that the provider does not have. */
async function startHeld(rates?: { readonly requests: number; readonly failures: number }) {
  const test = await startTestVerifier({
    prepare: (control) => control.hold('jwks'),
    ...(rates && { rates }),
  });
  const { control, people } = test.emulator;
  const tokens: string[] = [];
  for (let index = 0; index < 5; index += 1)
    tokens.push(await control.mintToken({ userId: people.ada.id, unknownKid: true, expiresIn: 600 + index }));
  return Object.assign(test, { tokens, good: await control.mintToken({ userId: people.ada.id }) });
}

type Held = TestVerifier<unknown> & { readonly tokens: readonly string[] };

/** Requests that wait, with a few tokens by turns: requests with the same one share its verification. */
function wait(test: Held, { count, address }: { readonly count: number; readonly address: string }) {
  const waiting = Array.from({ length: count }, (_, index) =>
    test.authenticateToken(test.tokens[index % test.tokens.length] ?? '', address),
  );
  return Promise.allSettled(waiting);
}

describe('the limit of an address', () => {
  const begin = (limit: VerificationLimit, count: number) => {
    for (let index = 0; index < count; index += 1) limit.begin('198.51.100.66');
  };

  it('is free again by as many as have ended', () => {
    const limit = new VerificationLimit();
    begin(limit, MAX_WAITING_OF_ADDRESS);
    limit.end('198.51.100.66');
    begin(limit, 1);
    expect(() => begin(limit, 1)).toThrow(expect.objectContaining(RATE_LIMITED));
  });

  it('does not count what it refused', () => {
    const limit = new VerificationLimit();
    begin(limit, MAX_WAITING_OF_ADDRESS);
    for (let index = 0; index < 10; index += 1) expect(() => begin(limit, 1)).toThrow();
    for (let index = 0; index < MAX_WAITING_OF_ADDRESS; index += 1) limit.end('198.51.100.66');
    begin(limit, MAX_WAITING_OF_ADDRESS);
  });
});

describe('tokens that are being verified', () => {
  it.each([
    ['with a budget of failures', { requests: 600, failures: 3 }],
    ['without rate limits', undefined],
  ])('are limited for one address, %s', async (_what, rates) => {
    await using test = await startHeld(rates);
    const waiting = wait(test, { count: MAX_WAITING_OF_ADDRESS, address: '198.51.100.66' });
    await expect(test.authenticateToken(test.good, '198.51.100.66')).rejects.toMatchObject(RATE_LIMITED);
    const other = test.authenticateToken(test.good, '203.0.113.7');
    test.prepared?.release();
    expect(await other).toMatchObject({ token: test.good });
    for (const { status } of await waiting) expect(status).toBe('rejected');
    // Of the address nothing is left but what its budget of failures says.
    const after = test.authenticateToken(test.tokens[0] ?? '', '198.51.100.66');
    await expect(after).rejects.toMatchObject(rates ? { code: 'RATE_LIMITED' } : INVALID_TOKEN);
  });

  it('are limited in all, and leave room when they are verified', async () => {
    await using test = await startHeld();
    const addresses = MAX_WAITING / MAX_WAITING_OF_ADDRESS;
    const waiting = Array.from({ length: addresses }, (_, index) =>
      wait(test, { count: MAX_WAITING_OF_ADDRESS, address: `198.51.100.${index}` }),
    );
    await expect(test.authenticateToken(test.good)).rejects.toMatchObject(OVERLOADED);
    test.prepared?.release();
    await Promise.all(waiting);
    expect(await test.authenticateToken(test.good)).toMatchObject({ token: test.good });
    expect(await test.authenticateToken(test.good, '198.51.100.0')).toMatchObject({ token: test.good });
  });

  it('leave room when they were accepted', async () => {
    await using test = await startHeld();
    const address = '198.51.100.66';
    const waiting = Array.from({ length: MAX_WAITING_OF_ADDRESS }, () =>
      test.authenticateToken(test.good, address),
    );
    test.prepared?.release();
    for (const credentials of await Promise.all(waiting))
      expect(credentials).toMatchObject({ token: test.good });
    const other = await test.emulator.control.mintToken({ userId: test.emulator.people.grace.id });
    expect(await test.authenticateToken(other, address)).toMatchObject({ token: other });
  });

  it('do not include a token that was verified before', async () => {
    await using test = await startHeld();
    test.prepared?.release();
    await test.authenticateToken(test.good);
    test.emulator.control.hold('jwks');
    test.clock.advance(30_000);
    const waiting = wait(test, { count: MAX_WAITING_OF_ADDRESS, address: '203.0.113.7' });
    expect(await test.authenticateToken(test.good)).toMatchObject({ token: test.good });
    test.keys.close();
    await test.emulator.close();
    await waiting;
  });
});
