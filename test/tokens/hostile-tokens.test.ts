import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  type Attacker,
  expectUnharmed,
  inputOf,
  partsOf,
  signatureOf,
  startAttacker,
  type Tokens,
} from '../support/attacker.ts';
import { compact, encode, es256 } from '../support/forge.ts';
import { expectRefusedToken } from '../support/refused-token.ts';

const spliced: Tokens = {
  'another payload': ({ ada, grace }) => joined(partsOf(ada)[0], partsOf(grace)[1], partsOf(ada)[2]),
  'another payload and signature, of another key': ({ ada, token }) =>
    joined(partsOf(ada)[0], partsOf(token())[1], partsOf(token())[2]),
  'the user changed': ({ ada, claims, test }) =>
    joined(partsOf(ada)[0], encode({ ...claims, sub: test.emulator.people.grace.id }), partsOf(ada)[2]),
  'a later expiry': ({ ada, claims }) =>
    joined(partsOf(ada)[0], encode({ ...claims, exp: Number(claims.exp) + 1 }), partsOf(ada)[2]),
  'another order of claims': ({ ada, claims }) =>
    joined(partsOf(ada)[0], encode(Object.fromEntries(Object.entries(claims).toReversed())), partsOf(ada)[2]),
  'white space in its payload': ({ ada, claims }) =>
    joined(partsOf(ada)[0], encode(JSON.stringify(claims, null, 1)), partsOf(ada)[2]),
  'a second sub before it': ({ ada, claims, test }) =>
    joined(
      partsOf(ada)[0],
      encode(`{"sub":"${test.emulator.people.grace.id}",${JSON.stringify(claims).slice(1)}`),
      partsOf(ada)[2],
    ),
  'a second sub after it': ({ ada, claims, test }) =>
    joined(
      partsOf(ada)[0],
      encode(`${JSON.stringify(claims).slice(0, -1)},"sub":"${test.emulator.people.grace.id}"}`),
      partsOf(ada)[2],
    ),
  'a second alg before it': ({ ada, publicKey }) =>
    joined(encode(`{"alg":"none","alg":"ES256","kid":"${publicKey.kid}"}`), ...partsOf(ada).slice(1)),
  'header and payload swapped': ({ ada }) => joined(partsOf(ada)[1], partsOf(ada)[0], partsOf(ada)[2]),
};

const keyIds: Tokens = Object.fromEntries(
  [
    '../../../../../../dev/null',
    '/etc/passwd',
    'file:///dev/null',
    '..\\..\\windows\\win.ini',
    "' OR '1'='1",
    "x' UNION SELECT 'AAAA' --",
    'http://127.0.0.1:1/jwks.json',
    '|| ls',
    '{{7*7}}',
    '${' + 'process.env}',
    '%00',
    '\0',
    '',
    '*',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'size',
    'x'.repeat(5_000),
    'x'.repeat(10_000),
    null,
    0,
    7,
    true,
    [],
    {},
    undefined,
  ].flatMap((kid): [string, Tokens[string]][] => {
    const name = JSON.stringify(kid)?.slice(0, 40) ?? 'missing';
    return [
      [`kid ${name} of ${String(kid).length} letters, forged`, ({ forged }) => forged({ kid })],
      [`kid ${name} of ${String(kid).length} letters, genuine signature`, ({ token }) => token({}, { kid })],
    ];
  }),
);

const nearKeyIds: Tokens = {
  'a kid with a space after it': ({ token, key }) => token({}, { kid: `${key.kid} ` }),
  'a kid with NUL after it': ({ token, key }) => token({}, { kid: `${key.kid}\0` }),
  'a kid in a list': ({ token, key }) => token({}, { kid: [key.kid] }),
  'a kid in an object': ({ token, key }) => token({}, { kid: { toString: key.kid } }),
  'a kid in another case': ({ token, key }) =>
    token({}, { kid: key.kid.toUpperCase() === key.kid ? key.kid.toLowerCase() : key.kid.toUpperCase() }),
  'the kid of another published key': ({ token, publicKey }) => token({}, { kid: publicKey.kid }),
};

const headers: Tokens = {
  'crit that is unknown': ({ token }) => token({}, { crit: ['exp2'], exp2: 1 }),
  'crit that is known as a claim': ({ token }) => token({}, { crit: ['exp'], exp: 1 }),
  'crit of a missing member': ({ token }) => token({}, { crit: ['b64'] }),
  'crit of a standard member': ({ token }) => token({}, { crit: ['alg'] }),
  'crit that is empty': ({ token }) => token({}, { crit: [] }),
  'crit that is not a list': ({ token }) => token({}, { crit: 'b64' }),
  'crit that is a list of numbers': ({ token }) => token({}, { crit: [1] }),
  'crit that is null': ({ token }) => token({}, { crit: null }),
  'crit __proto__': ({ token }) => token({}, { crit: ['__proto__'] }),
  'a payload that is not encoded': ({ token }) => token({}, { crit: ['b64'], b64: false }),
  'b64 that is not a boolean': ({ token }) => token({}, { crit: ['b64'], b64: 'false' }),
  'a payload that was deflated': ({ claims, key }) =>
    compact({ alg: 'ES256', kid: key.kid, zip: 'DEF' }, deflateRawSync(JSON.stringify(claims)), es256(key)),
  'typ and cty, forged': ({ forged }) => forged({ typ: 'at+jwt', cty: 'JWT' }),
  'typ none, unsigned': ({ claims }) => compact({ typ: 'none', alg: 'none' }, claims, () => Buffer.alloc(0)),
  'typ JWE, forged': ({ forged }) => forged({ typ: 'JWE', enc: 'A256GCM', alg: 'dir' }),
};

const structures: Tokens = {
  'a genuine token as its payload': ({ ada, key }) =>
    compact({ alg: 'ES256', kid: key.kid, cty: 'JWT' }, ada, es256(key)),
  'a genuine token as its payload, in quotes': ({ ada, key }) =>
    compact({ alg: 'ES256', kid: key.kid, cty: 'JWT' }, JSON.stringify(ada), es256(key)),
  'a genuine token as its header': ({ ada, claims, key }) => compact(ada, claims, es256(key)),
  'a genuine token as its signature': ({ ada }) => `${inputOf(ada)}.${encode(ada)}`,
  'five parts, like a JWE': ({ ada }) => `${ada}.${encode('iv')}.${encode('tag')}`,
  'five parts, four of them empty': ({ ada }) => `${partsOf(ada)[0]}....`,
  'four parts': ({ ada }) => `${ada}.${partsOf(ada)[2]}`,
  'two parts': ({ ada }) => inputOf(ada),
  'one part': ({ ada }) => ada.replaceAll('.', ''),
  'no part': () => '..',
  'an empty header': ({ ada }) => `.${partsOf(ada)[1]}.${partsOf(ada)[2]}`,
  'an empty payload': ({ ada }) => `${partsOf(ada)[0]}..${partsOf(ada)[2]}`,
  'a genuine JWS in JSON': ({ ada }) => {
    const [header, payload, signature] = partsOf(ada);
    return JSON.stringify({ protected: header, payload, signature });
  },
  ...Object.fromEntries(
    ['[]', '"text"', '7', 'null', 'true', '{}', '{', '', '[[', 'undefined', 'NaN', "{'sub':1}"].flatMap(
      (text): [string, Tokens[string]][] => [
        [
          `the payload ${text || 'nothing'}, genuine signature`,
          ({ key }) => compact({ alg: 'ES256', kid: key.kid }, text || ' ', es256(key)),
        ],
        [
          `the header ${text || 'nothing'}, genuine signature`,
          ({ claims, key }) => compact(text || ' ', claims, es256(key)),
        ],
      ],
    ),
  ),
  'claims in a list': ({ claims, key }) => compact({ alg: 'ES256', kid: key.kid }, [claims], es256(key)),
  'a header in a list': ({ claims, key }) => compact([{ alg: 'ES256', kid: key.kid }], claims, es256(key)),
  'claims only in __proto__': ({ claims, key }) =>
    compact(
      { alg: 'ES256', kid: key.kid },
      `{"__proto__":${JSON.stringify(claims)},"aud":"${claims.aud}"}`,
      es256(key),
    ),
  'a header only in __proto__': ({ claims, key }) =>
    compact(`{"__proto__":{"alg":"ES256","kid":"${key.kid}"}}`, claims, es256(key)),
  'deeply nested brackets': ({ key }) =>
    compact({ alg: 'ES256', kid: key.kid }, '['.repeat(5_500), es256(key)),
  'deeply nested objects': ({ key }) =>
    compact({ alg: 'ES256', kid: key.kid }, '{"a":'.repeat(1_100), es256(key)),
  'bytes that are not UTF-8': ({ key }) =>
    compact({ alg: 'ES256', kid: key.kid }, Buffer.from([0xc0, 0xaf, 0xff, 0xfe]), es256(key)),
  'UTF-16': ({ claims, key }) =>
    compact({ alg: 'ES256', kid: key.kid }, Buffer.from(JSON.stringify(claims), 'utf16le'), es256(key)),
  'JSON that is followed by more JSON': ({ claims, key }) =>
    compact({ alg: 'ES256', kid: key.kid }, `${JSON.stringify(claims)}${JSON.stringify(claims)}`, es256(key)),
};

const encodings: Tokens = {
  'padding after it': ({ ada }) => `${ada}=`,
  'padding after every part': ({ ada }) =>
    partsOf(ada)
      .map((part) => part.padEnd(Math.ceil(part.length / 4) * 4 + 4, '='))
      .join('.'),
  'the alphabet of plain base64': ({ ada }) =>
    `${inputOf(ada)}.${signatureOf(ada).toString('base64').replace(/=+$/, '')}+/`,
  'white space before it': ({ ada }) => ` ${ada}`,
  'white space after it': ({ ada }) => `${ada} `,
  'white space inside': ({ ada }) => ada.replace('.', ' .'),
  'a tab after it': ({ ada }) => `${ada}\t`,
  'a line break after it': ({ ada }) => `${ada}\n`,
  'a line break inside': ({ ada }) => ada.replace('.', '.\r\n'),
  'a line break and a header of its own': ({ ada }) => `${ada}\r\nX-Admin: true`,
  'NUL after it': ({ ada }) => `${ada}\0`,
  'a byte order mark before it': ({ ada }) => `\uFEFF${ada}`,
  'a letter of another script': ({ ada }) => ada.replace('e', '\u0435'),
  'full-width letters': ({ ada }) => ada.replace('e', '\uFF45'),
  'a dot of another script': ({ ada }) => ada.replace('.', '\u3002'),
  'percent escapes for its dots': ({ ada }) => ada.replaceAll('.', '%2E'),
  'a percent escape after it': ({ ada }) => `${ada}%00`,
  'quotes around it': ({ ada }) => `"${ada}"`,
  'itself in base64': ({ ada }) => encode(ada),
  'itself twice': ({ ada }) => `${ada},${ada}`,
  'a scheme before it': ({ ada }) => `Bearer ${ada}`,
  'a fragment after it': ({ ada }) => `${ada}#`,
  'a zero-width non-joiner inside': ({ ada }) => `${ada.slice(0, 9)}\u200C${ada.slice(9)}`,
};

const others: Tokens = {
  'the word null': () => 'null',
  'the word undefined': () => 'undefined',
  'the secret server key': ({ test }) => test.emulator.secretServerKey,
  'the project id': ({ test }) => test.emulator.projectId,
  '8 KiB of dots': () => '.'.repeat(8_192),
  '8 KiB in the shape of a token': () => `a.b.${'c'.repeat(8_188)}`,
  'more than 8 KiB in the shape of a token': () => `a.b.${'c'.repeat(8_189)}`,
  'a megabyte in the shape of a token': () => `a.b.${'c'.repeat(1_000_000)}`,
};

const GROUPS: Readonly<Record<string, Tokens>> = {
  'made of genuine parts, with': spliced,
  'with a key id that is an attack': keyIds,
  'with a key id that is almost right': nearKeyIds,
  'with an odd header': headers,
  'of an odd structure': structures,
  'in an odd encoding': encodings,
  'that is something else': others,
};

let attacker: Attacker;

beforeAll(async () => {
  attacker = await startAttacker();
});

afterAll(() => attacker[Symbol.asyncDispose]());

describe.each(Object.entries(GROUPS))('a token %s', (_group, tokens) => {
  it.each(Object.entries(tokens))('%s is refused', async (_name, make) => {
    await expectRefusedToken(attacker, make(attacker));
  });
});

describe('the server after the attack', () => {
  it('was attacked with every token, and is unharmed', async () => {
    await expectUnharmed(attacker, Object.values(GROUPS), 150);
  });
});

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.join('.');
}
