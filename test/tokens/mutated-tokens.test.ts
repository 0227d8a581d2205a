import fc from 'fast-check';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readToken } from '../../src/auth/carriers.ts';
import type { Claims } from '../../src/auth/claims.ts';
import { AppError } from '../../src/core/errors.ts';
import { generateSigningKey, type SigningKey } from '../../src/emulator/keys.ts';
import { compact, es256 } from '../support/forge.ts';
import { fuzzRuns } from '../support/fuzz-runs.ts';
import { startTestVerifier, type TestVerifier } from '../support/test-verifier.ts';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const COMPACT_JWS = /^ey[\w-]+\.ey[\w-]+\.[\w-]+$/;
const FOLDERS = ['projects', 'projects-restricted-users', 'projects-anonymous-users'];

let test: TestVerifier;
let key: SigningKey;
let keySet: JSONWebKeySet;
/** Genuine tokens by their signed part, with their users. */
const genuine = new Map<string, { readonly token: string; readonly id: string }>();
/** The token that took the longest of all that were tried. */
let slowest = { token: '', milliseconds: 0 };

beforeAll(async () => {
  test = await startTestVerifier();
  const { control, people, url, projectId } = test.emulator;
  for (const { id } of [people.ada, people.grace, people.linus, people.radia, people.guest]) {
    const token = await control.mintToken({ userId: id });
    expect((await test.authenticateToken(token))?.claims.id).toBe(id);
    genuine.set(inputOf(token), { token, id });
  }
  key = await generateSigningKey();
  const path = `/api/v1/projects/${projectId}/.well-known/jwks.json?include_anonymous=true`;
  const { keys } = (await (await fetch(`${url}${path}`)).json()) as JSONWebKeySet;
  keySet = { keys: [...keys, key.published] };
  control.fail('jwks', { kind: 'body', body: JSON.stringify(keySet) });
  test.clock.advance(30_000);
});

afterAll(() => test[Symbol.asyncDispose]());

describe('a mutated token', () => {
  it('is refused, or it equals a genuine one and jose accepts it too', async () => {
    const tokens = [...genuine.values()].map(({ token }) => token);
    const outcomes = { accepted: 0, refused: 0 };
    await check(mutated(tokens), async (token) => {
      const claims = await authenticate(token);
      outcomes[claims ? 'accepted' : 'refused'] += 1;
      if (!claims) return;
      expect(genuine.get(inputOf(token))?.id).toBe(claims.id);
      expect((await verifyByJose(token)).sub).toBe(claims.id);
    });
    expect(outcomes.refused).toBeGreaterThan(100);
  });

  it('is accepted if nothing was changed', async () => {
    for (const { token, id } of genuine.values()) expect((await authenticate(token))?.id).toBe(id);
  });
});

describe('any text', () => {
  it.each<[string, fc.Arbitrary<string>]>([
    ['of any characters', fc.string({ unit: 'binary', maxLength: 300 })],
    ['of printable characters', fc.string({ unit: 'grapheme', maxLength: 300 })],
    ['of the characters of a token', fc.stringMatching(/^[\w.-]{1,300}$/)],
    ['in the shape of a token', fc.stringMatching(COMPACT_JWS)],
    ['in the shape of a token, in canonical base64url', fc.stringMatching(COMPACT_JWS).map(canonical)],
  ])('%s is not accepted as a token', async (_what, texts) => {
    await check(texts, async (text) => {
      expect(await authenticate(text)).toBeUndefined();
    });
  });
});

describe('any header and payload', () => {
  const json = fc.jsonValue({ maxDepth: 3 });

  it('is refused with a random signature', async () => {
    const header = fc.oneof(json, likeHeader(json));
    const payload = fc.oneof(json, likePayload(json));
    await check(fc.tuple(header, payload, fc.uint8Array({ maxLength: 80 })), async ([one, two, bytes]) => {
      expect(await authenticate(compact(one, two, () => Buffer.from(bytes)))).toBeUndefined();
    });
  });

  it('with a genuine signature is refused, or jose accepts it too and for the same user', async () => {
    const outcomes = { accepted: 0, refused: 0, anonymous: 0 };
    await check(fc.tuple(likeHeader(json), likePayload(json)), async ([header, payload]) => {
      const token = compact(header, payload, es256(key));
      const claims = await authenticate(token);
      outcomes[claims ? 'accepted' : 'refused'] += 1;
      if (!claims) return;
      expect(payload).toMatchObject({ sub: claims.id });
      expect((await verifyByJose(token)).sub).toBe(claims.id);
      if ('role' in payload && payload.role === 'anon' && !('is_anonymous' in payload)) {
        expect(claims).toMatchObject({ isAnonymous: true, isRestricted: true });
        outcomes.anonymous += 1;
      }
    });
    // Every outcome occurred: otherwise nothing was compared.
    expect(outcomes.accepted).toBeGreaterThan(20);
    expect(outcomes.refused).toBeGreaterThan(20);
    expect(outcomes.anonymous).toBeGreaterThan(10);
  });
});

describe('any set of headers', () => {
  const REFRESH = 'refresh.token.0123456789';
  const carriers = ['x-stack-access-token', 'x-hexclave-access-token', 'authorization', 'x-stack-auth'];

  it('yields no refresh token, and only values with the shape of a token', () => {
    const tokens = fc.oneof(
      fc.stringMatching(COMPACT_JWS).map(canonical),
      fc.stringMatching(COMPACT_JWS),
      fc.string(),
      fc.constantFrom('', 'null', 'eyA.eyA.cw'),
    );
    const sdkJson = fc
      .record(
        {
          accessToken: fc.oneof(tokens, fc.constant(null), fc.jsonValue()),
          refreshToken: fc.constant(REFRESH),
          refresh_token: fc.constant(REFRESH),
          __proto__: fc.constant({ accessToken: REFRESH }),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value));
    const value = fc.oneof(
      tokens,
      sdkJson,
      fc.constantFrom('Bearer', `["${REFRESH}","eyA.eyA.cw"]`, `{"refreshToken":"${REFRESH}"`),
      fc
        .tuple(fc.constantFrom('Bearer ', 'bearer  ', 'Basic ', 'Bearer\t'), tokens)
        .map((parts) => parts.join('')),
      fc
        .tuple(fc.constantFrom('stackauth_', 'hexclave_', 'STACKAUTH_'), fc.oneof(sdkJson, fc.string()))
        .map(([brand, text]) => `Bearer ${brand}${Buffer.from(text).toString('base64')}`),
    );
    const outcomes = { token: 0, none: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...carriers), value), { maxLength: 4 }), (sent) => {
        const headers = new Map(sent);
        try {
          const token = readToken((name) => headers.get(name));
          outcomes[token === undefined ? 'none' : 'token'] += 1;
          if (token === undefined) return;
          expect(token).toMatch(COMPACT_JWS);
          expect(token.length).toBeLessThanOrEqual(8_192);
          expect(token).not.toContain(REFRESH);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          outcomes.refused += 1;
        }
      }),
      { numRuns: fuzzRuns(2_000) },
    );
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(20);
  });
});

describe('the time to check one token', () => {
  /** Code that is slower than linear takes seconds for these tokens; linear code takes a millisecond or two. */
  const LONGEST = 500;

  it.each<[string, (token: string) => string]>([
    ['letters without end', () => 'a'.repeat(1_000_000)],
    ['dots without end', () => '.'.repeat(1_000_000)],
    ['parts without end', () => 'a.'.repeat(500_000)],
    ['8 KiB of header', () => `${'W1tb'.repeat(2_040)}.a.b`],
    ['8 KiB of payload', (token) => `${token.split('.')[0]}.${'W1tb'.repeat(2_000)}.b`],
    ['8 KiB of signature', (token) => `${inputOf(token)}.${'a'.repeat(6_000)}`],
    ['8 KiB of members', (token) => `${token.split('.')[0]}.${encodeMembers(700)}.b`],
    ['a forged signature', (token) => `${inputOf(token)}.${'A'.repeat(86)}`],
    ['the slowest of all that were tried above', () => slowest.token],
  ])('is short: %s', async (_what, make) => {
    const [first] = genuine.values();
    const token = make(first?.token ?? '');
    // Other load on the machine can only add to the time, so the fastest of three is the best measurement.
    const times: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const start = performance.now();
      await authenticate(token);
      times.push(performance.now() - start);
    }
    expect(Math.min(...times)).toBeLessThan(LONGEST);
  });

  it('was measured', () => {
    expect(slowest.milliseconds).toBeGreaterThan(0);
  });
});

/** The claims of an accepted token, `undefined` for a refused one. Throws any error that is not an `AppError`. */
async function authenticate(token: string): Promise<Claims | undefined> {
  const start = performance.now();
  try {
    return (await test.authenticateToken(token))?.claims;
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED' });
    return undefined;
  } finally {
    const milliseconds = performance.now() - start;
    if (milliseconds > slowest.milliseconds) slowest = { token, milliseconds };
  }
}

/** Verifies with jose's own key set and the options of contract 1.4, for comparison. */
async function verifyByJose(token: string) {
  const { url, projectId } = test.emulator;
  const { payload } = await jwtVerify(token, createLocalJWKSet(keySet), {
    algorithms: ['ES256'],
    audience: ['', ':restricted', ':anon'].map((suffix) => `${projectId}${suffix}`),
    issuer: FOLDERS.map((folder) => `${url}/api/v1/${folder}/${projectId}`),
    requiredClaims: ['sub', 'exp'],
    clockTolerance: 5,
    currentDate: new Date(test.clock.wall()),
  });
  return payload;
}

function check<T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => Promise<void>): Promise<void> {
  return fc.assert(fc.asyncProperty(arbitrary, property), { numRuns: fuzzRuns(500) });
}

/** Tokens with characters changed, removed or inserted, and combinations of two tokens. */
function mutated(tokens: readonly string[]): fc.Arbitrary<string> {
  const token = fc.constantFrom(...tokens);
  const at = fc.nat({ max: 1_200 });
  const letter = fc.constantFrom(...BASE64URL, '.', '=');
  return fc.oneof(
    fc.tuple(token, at, letter).map(([one, i, by]) => replaced(one, i % one.length, by)),
    fc.tuple(token, letter).map(([one, by]) => replaced(one, one.length - 1, by)),
    fc.tuple(token, at, fc.nat({ max: 6 })).map(([one, i, bit]) => flipped(one, i % one.length, bit)),
    fc.tuple(token, at, fc.nat({ max: 40 })).map(([one, i, n]) => one.slice(0, i) + one.slice(i + n)),
    fc.tuple(token, at, fc.string()).map(([one, i, text]) => one.slice(0, i) + text + one.slice(i)),
    fc.tuple(token, at).map(([one, i]) => one.slice(0, i % one.length)),
    fc.tuple(token, at, at).map(([one, i, j]) => swapped(one, i % one.length, j % one.length)),
    fc.tuple(token, token, at).map(([one, two, i]) => one.slice(0, i) + two.slice(i)),
    fc.tuple(token, token, token).map((three) => three.map((each, part) => each.split('.')[part]).join('.')),
    fc.shuffledSubarray([...tokens].slice(0, 2)).map((some) => some.join('.')),
    token.map((one) => one.toUpperCase()),
  );
}

/** Valid headers with a member or two changed. */
function likeHeader(json: fc.Arbitrary<fc.JsonValue>): fc.Arbitrary<object> {
  const members = fc.constantFrom('alg', 'kid', 'crit', 'typ', 'b64', 'jwk', 'zip', '__proto__');
  const changes = fc.dictionary(members, fc.oneof(json, fc.constantFrom('none', 'HS256', 'ES256')), {
    maxKeys: 1,
  });
  return changes.map((each) => ({ alg: 'ES256', kid: key.kid, ...each }));
}

/** Valid payloads with a claim or two changed. */
function likePayload(json: fc.Arbitrary<fc.JsonValue>): fc.Arbitrary<object> {
  const names = [
    'sub',
    'aud',
    'iss',
    'exp',
    'iat',
    'nbf',
    'project_id',
    'is_anonymous',
    'is_restricted',
    'x',
  ];
  const changes = fc.dictionary(fc.constantFrom(...names), json, { maxKeys: 2 });
  const role = fc.constantFrom('anon', 'authenticated');
  return fc.tuple(fc.uuid(), fc.nat({ max: 2 }), role, changes).map(([sub, userClass, role, each]) => {
    const { url, projectId } = test.emulator;
    const now = test.clock.wall() / 1000;
    return {
      sub,
      role,
      aud: `${projectId}${['', ':restricted', ':anon'][userClass]}`,
      iss: `${url}/api/v1/${FOLDERS[userClass]}/${projectId}`,
      iat: now,
      exp: now + 600,
      ...each,
    };
  });
}

/** The same parts, each as an encoder writes it. */
function canonical(token: string): string {
  return token
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('base64url'))
    .join('.');
}

function inputOf(token: string): string {
  return token.slice(0, token.lastIndexOf('.'));
}

function replaced(text: string, at: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + 1);
}

function flipped(text: string, at: number, bit: number): string {
  return replaced(text, at, String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)));
}

function swapped(text: string, one: number, two: number): string {
  return replaced(replaced(text, one, text.charAt(two)), two, text.charAt(one));
}

function encodeMembers(count: number): string {
  const members = Array.from({ length: count }, (_, index) => `"${index}":0`).join(',');
  return Buffer.from(`{${members}}`).toString('base64url').slice(0, 8_000);
}
