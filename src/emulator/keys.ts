// The signing keys of a project.
import { randomBytes, webcrypto } from 'node:crypto';
import type { CryptoKey } from 'jose';
import { type Bytes, newBytes, privateKeyOf } from './secrets.ts';
import type { UserKind } from './user.ts';

/** A public key as the key set publishes it, with exactly these members (contract 1.3). */
interface PublishedKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly alg: 'ES256';
  readonly kid: string;
  readonly x: string;
  readonly y: string;
}

/** An ES256 key pair with its `kid` of twelve base64url characters. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly published: PublishedKey;
}

/**
 * The keys of one project: a pair for each kind of user. The first key of a pair signs; the second is published in
 * advance, for the next rotation (contract 1.3).
 */
export interface KeyRing {
  signing(kind: UserKind): SigningKey;
  coming(kind: UserKind): SigningKey;
  /** The published keys of a kind: its pair, and older pairs that were kept. */
  published(kind: UserKind): readonly SigningKey[];
  /** Replaces all keys. Without `keepOld` the old ones are removed, as when a self-hoster changes the secret. */
  rotate(options?: { readonly keepOld?: boolean }): Promise<void>;
}

type Pair = readonly [signing: SigningKey, coming: SigningKey];
type Pairs = Readonly<Record<UserKind, Pair>>;

/** Creates keys. Those of a rotation are always new. */
export async function createKeyRing(bytes: Bytes): Promise<KeyRing> {
  let current = await generatePairs(bytes);
  let kept: readonly Pairs[] = [];
  return {
    signing: (kind) => current[kind][0],
    coming: (kind) => current[kind][1],
    published: (kind) => [current, ...kept].flatMap((pairs) => pairs[kind]),
    async rotate({ keepOld = false } = {}) {
      const fresh = await generatePairs(newBytes);
      kept = keepOld ? [current, ...kept] : [];
      current = fresh;
    },
  };
}

/** Creates a key that is in no key set. Default `kid`: a random one. */
export async function generateSigningKey(kid = kidOf(randomBytes(9))): Promise<SigningKey> {
  return importSigningKey(kid, randomBytes(32));
}

async function importSigningKey(kid: string, bytes: Buffer): Promise<SigningKey> {
  const { x, y, d } = privateKeyOf(bytes);
  const publicJwk = { kty: 'EC', crv: 'P-256', x, y } as const;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey('jwk', { ...publicJwk, d }, algorithm, true, ['sign']),
    webcrypto.subtle.importKey('jwk', publicJwk, algorithm, true, ['verify']),
  ]);
  return { kid, privateKey, publicKey, published: { kty: 'EC', crv: 'P-256', alg: 'ES256', kid, x, y } };
}

async function generatePairs(bytes: Bytes): Promise<Pairs> {
  const key = (name: string) => importSigningKey(kidOf(bytes(`kid ${name}`, 9)), bytes(`key ${name}`, 32));
  const pair = async (kind: UserKind): Promise<Pair> =>
    Promise.all([key(`${kind} signing`), key(`${kind} coming`)]);
  const [ordinary, restricted, anonymous] = await Promise.all([
    pair('ordinary'),
    pair('restricted'),
    pair('anonymous'),
  ]);
  return { ordinary, restricted, anonymous };
}

/** Twelve characters. */
function kidOf(bytes: Buffer): string {
  return bytes.toString('base64url');
}
