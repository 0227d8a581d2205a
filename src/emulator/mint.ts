// Access tokens with chosen defects, for tests.
import { createHmac, randomUUID, webcrypto } from 'node:crypto';
import { z } from 'zod';
import { buildClaims, toOlderForm } from './claims.ts';
import { generateSigningKey, type SigningKey } from './keys.ts';
import type { Project } from './project.ts';
import type { Provider } from './provider.ts';
import type { EmulatedUser, UserKind } from './user.ts';

/** Options of a minted token. With `userId` alone it equals the token that the provider would issue now. */
export const mintOptionsSchema = z.strictObject({
  userId: z.string(),
  /** Seconds from `issuedAt`; negative for an expired token. Default: the emulator's `accessTokenLifetime`. */
  expiresIn: z.number().exactOptional(),
  /** Seconds since 1970. Default: now. */
  issuedAt: z.number().exactOptional(),
  /** The `refresh_token_id`. Default: a random one that belongs to no session. */
  sessionId: z.string().exactOptional(),
  /** Signed by a key that is not published, under the `kid` of the genuine key. */
  forged: z.boolean().exactOptional(),
  /** Signed by a key that is not published, under an unknown `kid`. */
  unknownKid: z.boolean().exactOptional(),
  /** Signed by the second key of the pair, which is published but does not sign yet. */
  useComingKey: z.boolean().exactOptional(),
  /** A genuine token of the project `internal`. */
  otherProject: z.boolean().exactOptional(),
  /** Another issuer URL (without path), e.g. that of the other brand, `https://api.hexclave.com`. */
  issuerBase: z.string().exactOptional(),
  /** Keys, issuer and audience of this kind of user, independent of the other claims. */
  class: z.enum(['ordinary', 'restricted', 'anonymous']).exactOptional(),
  /** In the form of 2025: audience, issuer and key of ordinary users, and `role: "anon"` for an anonymous user. */
  olderForm: z.boolean().exactOptional(),
  /** Claims to set; `undefined` removes a claim. */
  claims: z.record(z.string(), z.unknown()).readonly().exactOptional(),
  /** Claims to remove. */
  withoutClaims: z.array(z.string()).readonly().exactOptional(),
  /** Members of the header to set; `undefined` removes one. */
  header: z.record(z.string(), z.unknown()).readonly().exactOptional(),
  /** `none`: not signed; `HS256`: an HMAC with the public key as its secret. */
  alg: z.enum(['none', 'HS256']).exactOptional(),
});

/** Options of {@link mintOptionsSchema}. */
export type MintOptions = Readonly<z.infer<typeof mintOptionsSchema>>;

/** Creates an access token with the requested defects. Throws when the main project does not have the user. */
export async function mintToken(provider: Provider, options: MintOptions): Promise<string> {
  const user = provider.main.users.find(options.userId);
  if (!user) throw new Error(`There is no user ${options.userId}`);
  const project = options.otherProject ? provider.internal : provider.main;
  const key = await chooseKey(project, user, options);
  const claims = buildClaims({
    user,
    kind: chooseKind(user, options),
    projectId: project.id,
    sessionId: options.sessionId ?? randomUUID(),
    issuerBase: options.issuerBase ?? provider.url,
    issuedAt: options.issuedAt ?? Math.floor(provider.now() / 1000),
    expiresIn: options.expiresIn ?? provider.accessTokenLifetime,
  });
  const header = { alg: options.alg ?? 'ES256', kid: key.kid, ...options.header };
  const without = new Set(options.withoutClaims);
  const ownClaims = options.olderForm ? toOlderForm(claims) : claims;
  const payload = Object.entries({ ...ownClaims, ...options.claims }).filter(([name]) => !without.has(name));
  const input = `${encode(header)}.${encode(Object.fromEntries(payload))}`;
  return `${input}.${await sign(input, key, options.alg ?? 'ES256')}`;
}

function chooseKind(user: EmulatedUser, options: MintOptions): UserKind {
  return options.class ?? (options.olderForm ? 'ordinary' : user.kind);
}

async function chooseKey(project: Project, user: EmulatedUser, options: MintOptions): Promise<SigningKey> {
  const kind = chooseKind(user, options);
  const genuine = options.useComingKey ? project.keys.coming(kind) : project.keys.signing(kind);
  if (options.unknownKid) return generateSigningKey();
  return options.forged ? generateSigningKey(genuine.kid) : genuine;
}

// Signed without jose, which refuses to create most of the defective tokens that tests need.
async function sign(input: string, key: SigningKey, alg: 'ES256' | 'HS256' | 'none'): Promise<string> {
  if (alg === 'none') return '';
  if (alg === 'HS256') {
    return createHmac('sha256', JSON.stringify(key.published)).update(input).digest('base64url');
  }
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await webcrypto.subtle.sign(algorithm, key.privateKey, Buffer.from(input));
  return Buffer.from(signature).toString('base64url');
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
