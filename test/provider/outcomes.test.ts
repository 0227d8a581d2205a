import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Outcome, toOutcome } from '../../src/provider/outcomes.ts';
import { readRecorded } from '../emulator/recorded.ts';

const ADA = '27904c7e-18ab-4a8a-ab70-3b7b6e55eece';
const RECORDS = new Map(readRecorded().map((record) => [record.n, record]));
const KNOWN_ERRORS = readKnownErrors();

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

/** The outcome of an answer to whoever asked for Ada. */
function outcomeOf({ status, headers = {}, body = '' }: Answer): Outcome {
  return toOutcome({ status, headers, body }, ADA);
}

/** The outcome of a genuine answer, for the user who asked. */
function outcomeOfRecord(n: number, id = ADA): Outcome {
  const { status, headers, body } = RECORDS.get(n)?.response ?? { status: 0, headers: {} };
  return toOutcome({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }, id);
}

describe('a genuine answer', () => {
  it.each<[number, string, Outcome['kind']]>([
    [13, 'with the user', 'profile'],
    [46, 'with a user who was restricted meanwhile', 'profile'],
    [102, 'about a deleted user', 'gone'],
    [18, 'without a user', 'gone'],
    [56, 'that the user is not found', 'gone'],
    [103, 'that a deleted user is not found', 'gone'],
    [32, 'that the token has expired', 'expired'],
    [34, 'that the token has expired, where our key is wrong as well', 'expired'],
    [237, 'that the token has expired by itself', 'expired'],
    [20, 'to a wrong secret key', 'refused'],
    [21, 'to no secret key', 'refused'],
    [22, 'to a wrong publishable key', 'refused'],
    [24, 'to an unknown project', 'refused'],
    [25, 'to another project', 'refused'],
    [26, 'to no access type', 'refused'],
    [30, 'to garbage', 'refused'],
    [31, 'to a bad signature', 'refused'],
    [35, 'to a wrong issuer', 'refused'],
    [36, 'to a token of another project', 'refused'],
    [38, 'to an anonymous user who is not allowed', 'refused'],
    [44, 'to a restricted user who is not allowed', 'refused'],
    [64, 'to a query that it does not know', 'refused'],
    [220, 'to an unknown branch', 'refused'],
    [8, 'that there is no such project, in text', 'unavailable'],
    [33, 'of 200 that is an error', 'unavailable'],
    [63, 'of 200 that is a list', 'unavailable'],
    [105, 'that there is no such page', 'unavailable'],
    [106, 'that the method is wrong', 'unavailable'],
    [218, 'of 400 in text', 'unavailable'],
  ])('(%d) %s is the outcome %s', (n, _what, kind) => {
    expect(RECORDS.has(n)).toBe(true);
    expect(outcomeOfRecord(n).kind).toBe(kind);
  });

  it('with the user carries the profile', () => {
    expect(outcomeOfRecord(13)).toMatchObject({ kind: 'profile', profile: { id: ADA } });
  });

  it('with another user than the one who asked is nonsense', () => {
    expect(outcomeOfRecord(39)).toMatchObject({ kind: 'unavailable' });
    expect(outcomeOfRecord(39, '6e9403bc-a325-4e61-abd5-0724c69f236c')).toMatchObject({ kind: 'profile' });
    expect(outcomeOfRecord(13, ADA.toUpperCase())).toMatchObject({ kind: 'unavailable' });
  });
});

describe('a known error', () => {
  const NAMED: Readonly<Record<string, Outcome['kind']>> = {
    ACCESS_TOKEN_EXPIRED: 'expired',
    CANNOT_GET_OWN_USER_WITHOUT_USER: 'gone',
    USER_NOT_FOUND: 'gone',
  };
  const refusals = KNOWN_ERRORS.filter(({ status }) => status >= 400 && status < 500);

  it('is one of many', () => {
    expect(refusals.length).toBeGreaterThan(100);
    const codes = refusals.map(({ code }) => code);
    for (const name of Object.keys(NAMED)) expect(codes).toContain(name);
  });

  it.each(refusals)(
    '$code of status $status is told as ours to mend, or as the user’s where it is',
    (error) => {
      const { code, status } = error;
      const body = JSON.stringify({ code, error: 'Human text.' });
      const expected = NAMED[code] ? { kind: NAMED[code] } : { kind: 'refused', knownError: code };
      expect(outcomeOf({ status, headers: { 'x-stack-known-error': code }, body })).toEqual(expected);
      expect(outcomeOf({ status, headers: { 'x-hexclave-known-error': code }, body })).toEqual(expected);
    },
  );

  it.each(KNOWN_ERRORS.filter(({ status }) => status >= 500))(
    '$code of status $status is trouble',
    (error) => {
      const headers = { 'x-stack-known-error': error.code };
      expect(outcomeOf({ status: error.status, headers }).kind).toBe('unavailable');
    },
  );

  it('is told by its header alone: a body may say what it likes', () => {
    const body = JSON.stringify({ code: 'ACCESS_TOKEN_EXPIRED' });
    expect(outcomeOf({ status: 401, body }).kind).toBe('unavailable');
  });

  it('is Hexclave’s word where both brands’ headers are there, and the first of several', () => {
    const both = { 'x-stack-known-error': 'SCHEMA_ERROR', 'x-hexclave-known-error': 'ACCESS_TOKEN_EXPIRED' };
    expect(outcomeOf({ status: 401, headers: both }).kind).toBe('expired');
    const several = { 'x-stack-known-error': ['USER_NOT_FOUND', 'SCHEMA_ERROR'] };
    expect(outcomeOf({ status: 404, headers: several }).kind).toBe('gone');
  });

  it.each([
    'access_token_expired',
    'ACCESS_TOKEN_EXPIRED_NOT',
    'USER_NOT_FOUND, USER_NOT_FOUND',
    'NEW_ERROR',
  ])('that nobody knows is a refusal: %s', (knownError) => {
    const headers = { 'x-stack-known-error': knownError };
    expect(outcomeOf({ status: 401, headers })).toEqual({ kind: 'refused', knownError });
  });
});

describe('an answer of something in between', () => {
  it.each([
    201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 407, 408, 413, 431, 451, 500,
    501, 502, 503, 504, 508, 520, 599,
  ])('of status %d is trouble, and its number is told', (status) => {
    const outcome = outcomeOf({ status, body: '<html>Bad Gateway</html>' });
    expect(outcome).toMatchObject({ kind: 'unavailable', cause: expect.any(Error) });
    expect(String(outcome.kind === 'unavailable' && outcome.cause)).toContain(String(status));
  });

  it.each([201, 204, 302, 308])('of status %d is trouble where it names a known error as well', (status) => {
    const headers = { 'x-stack-known-error': 'ACCESS_TOKEN_EXPIRED' };
    expect(outcomeOf({ status, headers }).kind).toBe('unavailable');
  });

  it.each(['', '{}', 'null', '<html>Sign in</html>', '{"id":', '[]'])('of 200 and %s is trouble', (body) => {
    expect(outcomeOf({ status: 200, body })).toMatchObject({ kind: 'unavailable', cause: expect.any(Error) });
  });

  it('of 200 that says it is an error is trouble', () => {
    const headers = { 'x-stack-known-error': 'ACCESS_TOKEN_EXPIRED', 'x-stack-actual-status': '401' };
    expect(outcomeOf({ status: 200, headers, body: '{"code":"ACCESS_TOKEN_EXPIRED"}' }).kind).toBe(
      'unavailable',
    );
  });
});

describe('429', () => {
  const limited = (value?: string | string[]) =>
    outcomeOf({ status: 429, headers: value === undefined ? {} : { 'retry-after': value } });

  it.each<[string | string[] | undefined, number | undefined]>([
    ['7', 7],
    ['0', 0],
    ['3600', 3600],
    ['3601', 3600],
    ['999999999', 3600],
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['soon 5', undefined],
    ['in 5 minutes', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['5s', undefined],
    ['0x10', undefined],
    ['Infinity', undefined],
    ['NaN', undefined],
    ['99999999999999999999', undefined],
    ['Mon, 99 Foo 2026 99:99:99 GMT', undefined],
    [['5', '7'], undefined],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 3600],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
  ])('with Retry-After %o says %o', (value, retryAfter) => {
    expect(limited(value)).toEqual({ kind: 'limited', retryAfter });
  });

  it('may name the time', () => {
    const outcome = limited(new Date(Date.now() + 120_000).toUTCString());
    const seconds = outcome.kind === 'limited' ? outcome.retryAfter : undefined;
    // The header has whole seconds, and the test may have been held up.
    expect(seconds).toBeGreaterThan(60);
    expect(seconds).toBeLessThanOrEqual(120);
  });

  it('is a limit whatever else it says', () => {
    const headers = { 'x-stack-known-error': 'ACCESS_TOKEN_EXPIRED', 'retry-after': '1' };
    expect(outcomeOf({ status: 429, headers, body: '{"code":"X"}' })).toEqual({
      kind: 'limited',
      retryAfter: 1,
    });
  });
});

function readKnownErrors(): readonly { readonly code: string; readonly status: number }[] {
  const schema = z.array(z.object({ code: z.string(), status: z.union([z.number(), z.literal('inherit')]) }));
  const file = new URL('../contract/known-errors.json', import.meta.url);
  return schema
    .parse(JSON.parse(readFileSync(file, 'utf8')))
    .flatMap(({ code, status }) => (status === 'inherit' ? [] : [{ code, status }]));
}
