// Access tokens by the thousand: genuine ones, and the two bad kinds of W4.
import { createPrivateKey, randomBytes, randomUUID, sign } from 'node:crypto';
import { buildClaims } from '../../src/emulator/claims.ts';
import type { EmulatedUser } from '../../src/emulator/user.ts';
import type { World } from './world.ts';

/** Seconds that a token is good: no run is to end because its tokens do. */
const LIFETIME = 86_400;

/** Makes a genuine token, another one at each call. */
export type Mint = (user: EmulatedUser) => string;

/** Makes the mint of a world. By node:crypto directly: tens of thousands are needed, and each signature costs. */
export function createMint({ projectId, issuerBase, signing }: World): Mint {
  const signers = { ordinary: createSigner(signing.ordinary), anonymous: createSigner(signing.anonymous) };
  return (user) => {
    const claims = buildClaims({
      user,
      kind: user.kind,
      projectId,
      sessionId: randomUUID(),
      issuerBase,
      issuedAt: Math.floor(Date.now() / 1000),
      expiresIn: LIFETIME,
    });
    return signers[user.kind === 'anonymous' ? 'anonymous' : 'ordinary'](claims);
  };
}

/** A token's length of three parts in base64url, none of which means anything. */
export function makeGarbage(): string {
  return [30, 600, 64].map((bytes) => randomBytes(bytes).toString('base64url')).join('.');
}

/** A genuine token under another signature: each is new, and none can be told from a good one without verifying it. */
export function forge(token: string): string {
  return `${token.slice(0, token.lastIndexOf('.'))}.${randomBytes(64).toString('base64url')}`;
}

function createSigner({ kid, key }: World['signing']['ordinary']): (claims: object) => string {
  const privateKey = createPrivateKey({ key: { ...key }, format: 'jwk' });
  const header = encode({ alg: 'ES256', kid });
  return (claims) => {
    const input = `${header}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${input}.${signature.toString('base64url')}`;
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
