// Keys and ids of an emulator: random, or derived from one secret so that they are the same at every start.
import { createECDH, createHash, hkdfSync, randomBytes } from 'node:crypto';

/** Bytes by the name of what they are for: always the same ones, or new ones at each call. */
export type Bytes = (name: string, length: number) => Buffer;

/** New bytes at each call. */
export const newBytes: Bytes = (_name, length) => randomBytes(length);

/** Bytes that are derived from a secret (HKDF, RFC 5869). */
export function bytesFrom(secret: Uint8Array): Bytes {
  return (name, length) => Buffer.from(hkdfSync('sha256', secret, '', name, length));
}

/** A UUID of version 4. */
export function uuidOf(bytes: Buffer): string {
  const uuid = Buffer.from(bytes.subarray(0, 16));
  uuid.writeUInt8((uuid.readUInt8(6) & 0x0f) | 0x40, 6);
  uuid.writeUInt8((uuid.readUInt8(8) & 0x3f) | 0x80, 8);
  return uuid.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The private key of P-256 with these 32 bytes, as a JWK. */
export function privateKeyOf(bytes: Buffer): { readonly x: string; readonly y: string; readonly d: string } {
  const curve = createECDH('prime256v1');
  let d = bytes;
  // One in four billion is no private key: it must be less than the order of the curve.
  for (let isKey = false; !isKey; ) {
    try {
      curve.setPrivateKey(d);
      isKey = true;
    } catch {
      d = createHash('sha256').update(d).digest();
    }
  }
  const point = curve.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)];
  return { x: x.toString('base64url'), y: y.toString('base64url'), d: d.toString('base64url') };
}
