import { randomBytes } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import type { UserKind } from './user.ts';

/** The public half of a key as the key set shows it: these members and no others (contract 1.3). */
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
 * The keys of one project: two for each class of users. The first of a pair signs, the second is the one that is to
 * come (contract 1.3).
 */
export interface KeyRing {
  signing(kind: UserKind): SigningKey;
  coming(kind: UserKind): SigningKey;
  /** What the key set shows for a class: its pair, and older pairs that were kept. */
  published(kind: UserKind): readonly SigningKey[];
  /** New keys for every class; the old ones vanish, as when a self-hoster changes the secret, unless they are kept. */
  rotate(options?: { readonly keepOld?: boolean }): Promise<void>;
}

type Pair = readonly [signing: SigningKey, coming: SigningKey];
type Pairs = Readonly<Record<UserKind, Pair>>;

/** Makes a ring of fresh keys. */
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

/** Makes one key that nobody publishes unless told to; `kid` as given, or a new one. */
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
