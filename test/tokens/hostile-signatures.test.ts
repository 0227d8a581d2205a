import {
  constants,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  type SigningOptions,
  sign,
} from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Attacker,
  expectUnharmed,
  inputOf,
  partsOf,
  publicKeyOf,
  signatureOf,
  startAttacker,
  type Tokens,
} from '../support/attacker.ts';
import { compact, encode, es256, type Signer } from '../support/forge.ts';
import { expectRefusedToken } from '../support/refused-token.ts';

const NO_SIGNATURE: Signer = () => Buffer.alloc(0);

/** The order of the P-256 group. */
const N = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
const ONE = Buffer.alloc(32, 0).fill(1, 31);
const ZERO = Buffer.alloc(32, 0);

/** Encodings of the public key, which a server with a bug may use as the secret of an HMAC. */
const SECRETS: Readonly<Record<string, (attacker: Attacker) => Buffer | string>> = {
  'its JWK': ({ publicKey }) => JSON.stringify(publicKey),
  'its key set': ({ publicKey }) => JSON.stringify({ keys: [publicKey] }),
  'its PEM': ({ publicKey }) => publicKeyOf(publicKey).export({ type: 'spki', format: 'pem' }),
  'its DER': ({ publicKey }) => publicKeyOf(publicKey).export({ type: 'spki', format: 'der' }),
  'its x coordinate': ({ publicKey }) => Buffer.from(publicKey.x, 'base64url'),
  'its x coordinate in base64': ({ publicKey }) => publicKey.x,
  'its kid': ({ publicKey }) => publicKey.kid,
  'an empty secret': () => '',
};

const hmacs: Tokens = Object.fromEntries(
  ['HS256', 'HS384', 'HS512'].flatMap((alg) =>
    Object.entries(SECRETS).map(([name, secretOf]): [string, Tokens[string]] => [
      `${alg} with ${name}`,
      (attacker) => {
        const { claims, publicKey } = attacker;
        const hash = alg.replace('HS', 'sha');
        return compact({ alg, kid: publicKey.kid }, claims, (input) =>
          createHmac(hash, secretOf(attacker)).update(input).digest(),
        );
      },
    ]),
  ),
);

const unsigned: Tokens = Object.fromEntries(
  ['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg): [string, Tokens[string]][] => [
    [
      `alg ${JSON.stringify(alg)}, no signature`,
      ({ claims, publicKey }) => compact({ alg, kid: publicKey.kid }, claims, NO_SIGNATURE),
    ],
    [
      `alg ${JSON.stringify(alg)}, one byte of signature`,
      ({ claims, publicKey }) => compact({ alg, kid: publicKey.kid }, claims, () => Buffer.alloc(1)),
    ],
    [
      `alg ${JSON.stringify(alg)}, a genuine signature`,
      ({ claims, key }) => compact({ alg, kid: key.kid }, claims, es256(key)),
    ],
    [
      `alg ${JSON.stringify(alg)} and nothing else, a genuine token's signature`,
      ({ claims, ada }) => `${encode({ alg })}.${encode(claims)}.${partsOf(ada)[2]}`,
    ],
  ]),
);

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** Other algorithms, with keys of the attacker under the kid of the provider. */
const algorithms: Tokens = Object.fromEntries(
  Object.entries({
    RS256: ['sha256', RSA, {}],
    PS256: ['sha256', RSA, { padding: constants.RSA_PKCS1_PSS_PADDING }],
    ES384: ['sha384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey, {}],
    ES512: ['sha512', generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey, {}],
    ES256K: ['sha256', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey, {}],
    EdDSA: [null, generateKeyPairSync('ed25519').privateKey, {}],
  } satisfies Record<string, [string | null, KeyObject, SigningOptions]>).flatMap(
    ([alg, [hash, key, options]]): [string, Tokens[string]][] => {
      const signer: Signer = (input) =>
        sign(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363', ...options });
      const token = (name: string): Tokens[string] => {
        return ({ claims, publicKey }) => compact({ alg: name, kid: publicKey.kid }, claims, signer);
      };
      return [
        [`${alg} by a key of its own`, token(alg)],
        [`${alg} that calls itself ES256`, token('ES256')],
        [
          `a genuine signature that calls itself ${alg}`,
          ({ claims, key: { kid }, key: genuine }) => compact({ alg, kid }, claims, es256(genuine)),
        ],
      ];
    },
  ),
);

const algorithmNames: Tokens = Object.fromEntries(
  ['es256', 'ES256 ', 'ES256\0', 'ES256,none', ['ES256'], { name: 'ES256' }, null, 0, true, undefined].map(
    (alg): [string, Tokens[string]] => [
      `alg ${JSON.stringify(alg)}, a genuine signature`,
      ({ token }) => token({}, { alg }),
    ],
  ),
);

const ownKeys: Tokens = {
  'its own key as jwk': ({ forged, own }) => forged({ jwk: own.published }),
  'its own key as jwk, under its own kid': ({ forged, own }) => forged({ jwk: own.published, kid: own.kid }),
  'its own key as jwk, without a kid': ({ forged, own }) => forged({ jwk: own.published, kid: undefined }),
  'the published key as jwk': ({ forged, publicKey }) => forged({ jwk: publicKey }),
  'a secret as jwk': ({ claims }) =>
    compact({ alg: 'HS256', kid: 'k', jwk: { kty: 'oct', k: encode('secret') } }, claims, (input) =>
      createHmac('sha256', 'secret').update(input).digest(),
    ),
  'jku to its own keys': ({ forged, server, own }) => forged({ jku: `${server.url}/jwks`, kid: own.kid }),
  'jku to its own keys, under a published kid': ({ forged, server }) => forged({ jku: `${server.url}/jwks` }),
  'jku with the host of the provider in front': ({ forged, server, test, own }) =>
    forged({ jku: `${test.emulator.url}@${server.url.slice(7)}/jwks`, kid: own.kid }),
  'x5u to its own certificate': ({ forged, server }) => forged({ x5u: `${server.url}/cert.pem` }),
  'x5c and x5t of its own': ({ forged, own }) =>
    forged({ x5c: [Buffer.from(JSON.stringify(own.published)).toString('base64')], 'x5t#S256': own.kid }),
  'a URL of its own as kid': ({ forged, server }) => forged({ kid: `${server.url}/jwks` }),
  'itself as issuer': ({ forged, server }) => forged({}, { iss: server.url }),
  'itself as issuer, in the path of the provider': ({ forged, server, test }) =>
    forged({}, { iss: `${server.url}/api/v1/projects/${test.emulator.projectId}` }),
  'itself as issuer, with a genuine signature': ({ token, server, test }) =>
    token({ iss: `${server.url}/api/v1/projects/${test.emulator.projectId}` }),
};

const signatures: Tokens = {
  'r = s = 0': ({ withSignature }) => withSignature(Buffer.concat([ZERO, ZERO])),
  'r = s = n': ({ withSignature }) => withSignature(Buffer.concat([N, N])),
  'r = 0, s = 1': ({ withSignature }) => withSignature(Buffer.concat([ZERO, ONE])),
  'r = 1, s = 0': ({ withSignature }) => withSignature(Buffer.concat([ONE, ZERO])),
  'r = s = 1': ({ withSignature }) => withSignature(Buffer.concat([ONE, ONE])),
  'r = n, s = 0': ({ withSignature }) => withSignature(Buffer.concat([N, ZERO])),
  'all ones': ({ withSignature }) => withSignature(Buffer.alloc(64, 0xff)),
  'one byte': ({ withSignature }) => withSignature(Buffer.alloc(1)),
  'only the first half': (attacker) => attacker.withSignature(signatureOf(attacker.ada).subarray(0, 32)),
  'one byte too short': (attacker) => attacker.withSignature(signatureOf(attacker.ada).subarray(0, 63)),
  'one more byte at the end': (attacker) => attacker.withSignature(after(signatureOf(attacker.ada), 0)),
  'one more byte at the start': (attacker) => attacker.withSignature(before(0, signatureOf(attacker.ada))),
  'itself twice': ({ ada, withSignature }) =>
    withSignature(Buffer.concat([signatureOf(ada), signatureOf(ada)])),
  'r and s swapped': ({ ada, withSignature }) =>
    withSignature(Buffer.concat([signatureOf(ada).subarray(32), signatureOf(ada).subarray(0, 32)])),
  'the genuine one in DER': ({ ada, withSignature }) => withSignature(derOf(signatureOf(ada))),
  'a genuine one, made as DER': ({ claims, key }) =>
    compact({ alg: 'ES256', kid: key.kid }, claims, (input) => derOf(es256(key)(input))),
  'the genuine one in hex': ({ ada, withSignature }) => withSignature(signatureOf(ada).toString('hex')),
  'the genuine one of another token': ({ ada, grace }) => `${inputOf(ada)}.${partsOf(grace)[2]}`,
  'a genuine one of only the payload': ({ claims, key }) =>
    compact({ alg: 'ES256', kid: key.kid }, claims, (input) => es256(key)(input.split('.')[1] ?? '')),
  'a genuine one of the decoded parts': ({ claims, key }) =>
    compact({ alg: 'ES256', kid: key.kid }, claims, () => es256(key)(JSON.stringify(claims))),
  'by an unpublished key': ({ forged }) => forged(),
};

const GROUPS: Readonly<Record<string, Tokens>> = {
  'signed with the public key as a secret': hmacs,
  'with alg none': unsigned,
  'of another algorithm': algorithms,
  'of an algorithm with another name': algorithmNames,
  'that carries its own key': ownKeys,
  'whose signature is': signatures,
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
    await expectUnharmed(attacker, Object.values(GROUPS), 100);
  });
});

describe('a genuine token', () => {
  it('is refused if one bit of any part is changed', async () => {
    const parts = partsOf(attacker.ada).map((part) => Buffer.from(part, 'base64url'));
    const tampered = parts.flatMap((bytes, index) =>
      [...bytes.keys()]
        .filter((at) => index === 2 || at % 8 === 0)
        .map((at) =>
          parts
            .map((part, each) => (each === index ? flipped(part, at) : part).toString('base64url'))
            .join('.'),
        ),
    );
    expect(tampered.length).toBeGreaterThan(120);
    for (const token of tampered) await expectRefusedToken(attacker, token);
  });
});

describe('a valid signature in another spelling', () => {
  /** If (r, s) is a valid ECDSA signature, so is (r, n - s). */
  function mirrored({ ada, withSignature }: Attacker): string {
    const [r, s] = [signatureOf(ada).subarray(0, 32), signatureOf(ada).subarray(32)];
    const other = (BigInt(`0x${N.toString('hex')}`) - BigInt(`0x${s.toString('hex')}`)).toString(16);
    return withSignature(Buffer.concat([r, Buffer.from(other.padStart(64, '0'), 'hex')]));
  }

  it('is accepted where it is the mirrored one, and yields the same user', async () => {
    const { test } = attacker;
    const { body } = await test.ask('{ me { id } }', { token: mirrored(attacker) });
    expect(body).toEqual({ data: { me: { id: test.emulator.people.ada.id } } });
  });

  // The last base64 character has four unused bits, which makes 16 spellings of each of the two signatures.
  it('is refused where its base64url is not canonical', async () => {
    const refused = [attacker.ada, mirrored(attacker)].flatMap((token) =>
      [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
        .map((letter) => `${token.slice(0, -1)}${letter}`)
        .filter((each) => each !== token && signatureOf(each).equals(signatureOf(token))),
    );
    expect(refused).toHaveLength(30);
    for (const token of refused) await expectRefusedToken(attacker, token);
  });
});

function before(byte: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([byte]), bytes]);
}

function after(bytes: Buffer, byte: number): Buffer {
  return Buffer.concat([bytes, Buffer.from([byte])]);
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << (at % 8)), at);
  return copy;
}

/** The ASN.1 encoding (RFC 3279, section 2.2.3) of a signature that is the concatenation of `r` and `s`. */
function derOf(signature: Buffer): Buffer {
  const integer = (bytes: Buffer) => {
    const shortest = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
    const positive = shortest.readUInt8(0) > 0x7f ? before(0, shortest) : shortest;
    return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
  };
  const body = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}
