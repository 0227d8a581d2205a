// The signing keys of a project.
import { randomBytes } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose';
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

/** Creates new keys. */
export async function createKeyRing(): Promise<KeyRing> {
  let current = await generatePairs();
  let kept: readonly Pairs[] = [];
  return {
    signing: (kind) => current[kind][0],
    coming: (kind) => current[kind][1],
    published: (kind) => [current, ...kept].flatMap((pairs) => pairs[kind]),
    async rotate({ keepOld = false } = {}) {
      const fresh = await generatePairs();
      kept = keepOld ? [current, ...kept] : [];
      current = fresh;
    },
  };
}

/** Creates a key that is in no key set. Default `kid`: a random one. */
export async function generateSigningKey(kid = randomBytes(9).toString('base64url')): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const { x, y } = await exportJWK(publicKey);
  if (x === undefined || y === undefined) throw new Error('An ES256 key without a point');
  return { kid, privateKey, publicKey, published: { kty: 'EC', crv: 'P-256', alg: 'ES256', kid, x, y } };
}

async function generatePairs(): Promise<Pairs> {
  const pair = async (): Promise<Pair> => Promise.all([generateSigningKey(), generateSigningKey()]);
  const [ordinary, restricted, anonymous] = await Promise.all([pair(), pair(), pair()]);
  return { ordinary, restricted, anonymous };
}
