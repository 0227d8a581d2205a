import { describe, expect, it } from 'vitest';
import { readToken } from '../../src/auth/carriers.ts';
import { AppError } from '../../src/core/errors.ts';
import { CONFLICTING_TOKENS, INVALID_TOKEN } from '../support/refusals.ts';

const TOKEN = 'eyaa.eybb.cc-_';
const OTHER = 'eyaa.eybb.dddd';
const REFRESH = 'refresh-0123456789';

const MARKED = ['X-Stack-Access-Token', 'X-Hexclave-Access-Token', 'Authorization', 'X-Stack-Auth'] as const;

type Sent = Readonly<Partial<Record<(typeof MARKED)[number], string>>>;

/** Reads as the server does: header names in lower case, values as they were sent. */
function read(sent: Sent): string | undefined {
  const headers = new Map(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]));
  return readToken((name) => headers.get(name));
}

function expectRefusal(sent: Sent, expected: object) {
  expect(() => read(sent)).toThrow(expect.objectContaining(expected));
}

const json = (accessToken: unknown) => JSON.stringify({ accessToken, refreshToken: REFRESH });
const base64 = (text: string) => Buffer.from(text).toString('base64');
const bearer = (brand: string, accessToken: unknown) => `Bearer ${brand}_${base64(json(accessToken))}`;
const repeat = (count: number, character = 'a') => character.repeat(count);
const tokenOfLength = (length: number) => `eyA.eyA.${repeat(length - 8)}`;

describe('a token', () => {
  it.each<[string, Sent]>([
    ['X-Stack-Access-Token', { 'X-Stack-Access-Token': TOKEN }],
    ['X-Hexclave-Access-Token', { 'X-Hexclave-Access-Token': TOKEN }],
    ['Authorization: Bearer', { Authorization: `Bearer ${TOKEN}` }],
    ['Authorization: bearer', { Authorization: `bearer ${TOKEN}` }],
    ['Authorization: BEARER', { Authorization: `BEARER ${TOKEN}` }],
    ['Authorization: bEaReR and several spaces', { Authorization: `bEaReR   ${TOKEN}` }],
    ['Authorization: Bearer stackauth_', { Authorization: bearer('stackauth', TOKEN) }],
    ['Authorization: Bearer hexclave_', { Authorization: bearer('hexclave', TOKEN) }],
    ['Authorization: bearer hexclave_', { Authorization: bearer('hexclave', TOKEN).replace('B', 'b') }],
    [
      'Authorization: Bearer stackauth_ without the padding',
      { Authorization: bearer('stackauth', TOKEN).replace(/=+$/, '') },
    ],
    ['X-Stack-Auth', { 'X-Stack-Auth': json(TOKEN) }],
    ['X-Stack-Auth without a refresh token', { 'X-Stack-Auth': JSON.stringify({ accessToken: TOKEN }) }],
  ])('is read from %s', (_carrier, sent) => {
    expect(read(sent)).toBe(TOKEN);
  });

  it('is read by a lower-case name from fetch headers and from those of node', () => {
    const headers = new Headers({ 'X-Stack-Access-Token': TOKEN });
    expect(readToken((name) => headers.get(name))).toBe(TOKEN);
    const incoming: Record<string, string> = { 'x-stack-access-token': TOKEN };
    expect(readToken((name) => incoming[name])).toBe(TOKEN);
  });

  it('may be sent in all headers at once', () => {
    const all = {
      'X-Stack-Access-Token': TOKEN,
      'X-Hexclave-Access-Token': TOKEN,
      Authorization: `Bearer ${TOKEN}`,
      'X-Stack-Auth': json(TOKEN),
    };
    expect(read(all)).toBe(TOKEN);
  });

  it('is read from one header while the others carry none', () => {
    const sent = {
      'X-Stack-Access-Token': '',
      'X-Hexclave-Access-Token': ' ',
      Authorization: 'Basic dXNlcjpwYXNz',
      'X-Stack-Auth': json(TOKEN),
    };
    expect(read(sent)).toBe(TOKEN);
  });

  it('may be up to 8 KiB long', () => {
    expect(read({ 'X-Stack-Access-Token': tokenOfLength(8192) })).toHaveLength(8192);
    expectRefusal({ 'X-Stack-Access-Token': tokenOfLength(8193) }, INVALID_TOKEN);
  });
});

describe('no token', () => {
  it.each<[string, Sent]>([
    ['no header', {}],
    ['an empty X-Stack-Access-Token', { 'X-Stack-Access-Token': '' }],
    ['a blank X-Hexclave-Access-Token', { 'X-Hexclave-Access-Token': ' \t ' }],
    ['an empty Authorization', { Authorization: '' }],
    ['an empty Bearer', { Authorization: 'Bearer' }],
    ['a blank Bearer', { Authorization: 'Bearer   ' }],
    ['Basic', { Authorization: 'Basic dXNlcjpwYXNz' }],
    ['Digest', { Authorization: 'Digest username="ada"' }],
    ['the scheme of the old provider', { Authorization: `StackSession ${TOKEN}` }],
    ['a scheme that begins with Bearer', { Authorization: `BearerX ${TOKEN}` }],
    ['a token without a scheme', { Authorization: TOKEN }],
    ['an empty X-Stack-Auth', { 'X-Stack-Auth': '' }],
    ['a blank X-Stack-Auth', { 'X-Stack-Auth': '  ' }],
    ['X-Stack-Auth with accessToken null', { 'X-Stack-Auth': json(null) }],
    ['X-Stack-Auth with an empty accessToken', { 'X-Stack-Auth': json('') }],
    ['X-Stack-Auth with only a refresh token', { 'X-Stack-Auth': json(undefined) }],
    ['an empty X-Stack-Auth object', { 'X-Stack-Auth': '{}' }],
    [
      'X-Stack-Auth with an accessToken in __proto__',
      { 'X-Stack-Auth': '{"__proto__":{"accessToken":"eya.eyb.c"}}' },
    ],
    ['Bearer stackauth_ with accessToken null', { Authorization: bearer('stackauth', null) }],
    ['Bearer hexclave_ with an empty accessToken', { Authorization: bearer('hexclave', '') }],
  ])('is read from %s', (_what, sent) => {
    expect(read(sent)).toBeUndefined();
  });
});

describe('an invalid token', () => {
  it.each<[string, string]>([
    ['the word null', 'null'],
    ['the word undefined', 'undefined'],
    ['the word false', 'false'],
    ['[object Object]', '[object Object]'],
    ['one part', 'aaaa'],
    ['two parts', 'eyaa.eybb'],
    ['four parts', 'eyaa.eybb.cccc.dddd'],
    ['the five parts of an encrypted token', 'eyaa.eybb.cccc.dddd.eeee'],
    ['an empty header', '.eybb.cccc'],
    ['an empty payload', 'eyaa..cccc'],
    ['an empty signature, as with alg none', 'eyaa.eybb.'],
    ['only dots', '..'],
    ['padding', 'eyaa.eybb.cccc='],
    ['the alphabet of plain base64', 'eyaa.ey+b.cc/c'],
    ['a percent escape', 'eyaa.eybb.cc%20'],
    ['white space before it', ` ${TOKEN}`],
    ['white space after it', `${TOKEN} `],
    ['white space inside', 'eyaa. eybb.cccc'],
    ['a line break after it', `${TOKEN}\n`],
    ['quotes around it', `"${TOKEN}"`],
    ['the same token twice, as a repeated header is joined', `${TOKEN}, ${TOKEN}`],
    ['a character that is not ASCII', 'eyaa.eybb.cccé'],
    ['a megabyte', tokenOfLength(1_048_576)],
    ['a megabyte of dots', repeat(1_048_576, '.')],
  ])('is %s, in every header', (_what, token) => {
    expectRefusal({ 'X-Stack-Access-Token': token }, INVALID_TOKEN);
    expectRefusal({ 'X-Hexclave-Access-Token': token }, INVALID_TOKEN);
    expectRefusal({ 'X-Stack-Auth': json(token) }, INVALID_TOKEN);
    expectRefusal({ Authorization: bearer('stackauth', token) }, INVALID_TOKEN);
    expectRefusal({ Authorization: bearer('hexclave', token) }, INVALID_TOKEN);
    if (!token.startsWith(' ')) expectRefusal({ Authorization: `Bearer ${token}` }, INVALID_TOKEN);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['base64 of something other than JSON', base64('accessToken')],
    ['JSON that is not base64', json(TOKEN)],
    ['characters that are not base64', '***'],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x00]).toString('base64')],
    ['truncated base64', base64(json(TOKEN)).slice(0, -8)],
    ['more than 16 KiB', base64(JSON.stringify({ accessToken: TOKEN, refreshToken: repeat(13_000) }))],
    ['a megabyte', repeat(1_048_576)],
  ])('is Bearer stackauth_ or hexclave_ followed by %s', (_what, value) => {
    expectRefusal({ Authorization: `Bearer stackauth_${value}` }, INVALID_TOKEN);
    expectRefusal({ Authorization: `Bearer hexclave_${value}` }, INVALID_TOKEN);
  });

  it.each<[string, string]>([
    ['not JSON', 'accessToken'],
    ['a bare token', TOKEN],
    ['the word undefined', 'undefined'],
    ['half an object', '{"accessToken":'],
    ['null', 'null'],
    ['a number', '42'],
    ['a string', `"${TOKEN}"`],
    ['an array', `["${REFRESH}","${TOKEN}"]`],
    ['a number for a token', json(42)],
    ['a boolean for a token', json(false)],
    ['an object for a token', json({ token: TOKEN })],
    ['an array for a token', json([TOKEN])],
    ['a token in too large an object', JSON.stringify({ accessToken: TOKEN, refreshToken: repeat(16_384) })],
    ['a megabyte of brackets', repeat(1_048_576, '[')],
  ])('is an X-Stack-Auth object that is %s, and in base64 too', (_what, value) => {
    expectRefusal({ 'X-Stack-Auth': value }, INVALID_TOKEN);
    expectRefusal({ Authorization: `Bearer stackauth_${base64(value)}` }, INVALID_TOKEN);
  });

  it.each<[string, string]>([
    ['the word null', 'Bearer null'],
    ['the word undefined', 'Bearer undefined'],
    ['an opaque token', 'Bearer 0123456789abcdef'],
    ['a brand in capitals', `Bearer STACKAUTH_${base64(json(TOKEN))}`],
    ['two tokens', `Bearer ${TOKEN} ${TOKEN}`],
    ['a second credential', `Bearer ${TOKEN}, Basic dXNlcjpwYXNz`],
    ['a tab before the token', `Bearer\t${TOKEN}`],
  ])('is a Bearer with %s', (_what, value) => {
    expectRefusal({ Authorization: value }, INVALID_TOKEN);
  });

  it('is refused even if another header carries a valid one', () => {
    for (const carrier of MARKED.slice(2)) {
      expectRefusal({ 'X-Stack-Access-Token': TOKEN, [carrier]: 'Bearer null' }, INVALID_TOKEN);
    }
    expectRefusal({ 'X-Stack-Access-Token': 'null', Authorization: `Bearer ${TOKEN}` }, INVALID_TOKEN);
  });
});

describe('two different tokens', () => {
  const carry = (carrier: (typeof MARKED)[number], token: string): string => {
    if (carrier === 'Authorization') return `Bearer ${token}`;
    return carrier === 'X-Stack-Auth' ? json(token) : token;
  };
  const pairs = MARKED.flatMap((one, index) => MARKED.slice(index + 1).map((two) => [one, two] as const));

  it.each(pairs)('are refused in %s and %s', (one, two) => {
    expectRefusal({ [one]: carry(one, TOKEN), [two]: carry(two, OTHER) }, CONFLICTING_TOKENS);
    expectRefusal({ [one]: carry(one, OTHER), [two]: carry(two, TOKEN) }, CONFLICTING_TOKENS);
    expect(read({ [one]: carry(one, TOKEN), [two]: carry(two, TOKEN) })).toBe(TOKEN);
  });

  it('are different if they differ in the last character, or in case', () => {
    const sent = (token: string) => ({ 'X-Stack-Access-Token': TOKEN, 'X-Hexclave-Access-Token': token });
    expectRefusal(sent(`${TOKEN}aaaa`), CONFLICTING_TOKENS);
    expectRefusal(sent(TOKEN.replace('a', 'A')), CONFLICTING_TOKENS);
  });
});

describe('a refusal', () => {
  function refusalOf(sent: Sent): AppError {
    try {
      read(sent);
    } catch (error) {
      if (error instanceof AppError) return error;
    }
    throw new Error('Nothing was refused');
  }

  it.each<[string, Sent]>([
    ['truncated JSON', { 'X-Stack-Auth': `{"refreshToken":"${REFRESH}"` }],
    ['a bare refresh token', { 'X-Stack-Auth': REFRESH }],
    ['a bare refresh token in base64', { Authorization: `Bearer stackauth_${base64(REFRESH)}` }],
    ['a refresh token in an array', { 'X-Stack-Auth': `["${REFRESH}"]` }],
    ['a refresh token in place of an access token', { 'X-Stack-Auth': json({ of: REFRESH }) }],
    ['a refresh token as Bearer', { Authorization: `Bearer ${REFRESH}` }],
  ])('contains nothing of the secret in %s, not even in the log', (_what, sent) => {
    const error = refusalOf(sent);
    const cause = error.cause instanceof Error ? error.cause : undefined;
    expect(`${error.stack} ${cause?.stack}`).not.toContain(REFRESH.slice(0, 5));
  });

  // Code that scans ten megabytes more than a few times exceeds the time limit of a test.
  it('is fast, however large the headers are', () => {
    const ten = 10_485_760;
    for (const sent of [
      { 'X-Stack-Access-Token': repeat(ten) },
      { Authorization: `Bearer ${repeat(ten)}` },
      { Authorization: `Bearer stackauth_${repeat(ten)}` },
      { Authorization: `Bearer${repeat(ten, ' ')}x` },
      { 'X-Stack-Auth': `{"accessToken":"${repeat(ten)}"}` },
    ]) {
      expectRefusal(sent, INVALID_TOKEN);
    }
    expect(read({ Authorization: repeat(1_048_576, 'bearer') })).toBeUndefined();
  });
});
