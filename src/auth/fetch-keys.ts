// One fetch of the provider's key set (contract, section 1.3).
import { type CryptoKey, importJWK } from 'jose';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { WITHOUT_CODE } from '../core/compile-later.ts';
import { AppError } from '../core/errors.ts';
import type { Upstream } from '../core/upstream.ts';
import { knownErrorOf } from '../provider/outcomes.ts';

/** Where the keys are fetched, and of which project. */
export interface KeySource {
  readonly upstream: Upstream;
  readonly projectId: string;
}

/** A public key, and its coordinates, by which a later fetch recognises it. */
export interface PublicKey {
  readonly key: CryptoKey;
  readonly x: string;
  readonly y: string;
}

/** The keys by `kid`. `fetchedAt` is the monotonic clock's reading and `freshFor` a duration, both in milliseconds. */
export interface FetchedKeys {
  readonly keys: ReadonlyMap<string, PublicKey>;
  readonly fetchedAt: number;
  readonly freshFor: number;
}

const keySetSchema = z.object({ keys: z.array(z.unknown()).max(100) });

const keySchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  alg: z.literal('ES256').optional(),
  use: z.literal('sig').optional(),
  kid: z.string().min(1),
  x: z.string(),
  y: z.string(),
});

const MINUTE = 60_000;

/**
 * Fetches the keys of all three user classes. A key that is already held stays the same object, so that its identity
 * shows whether a cached verification is still valid.
 *
 * Throws `AppError`: `INVALID_CONFIGURATION` where the project is unknown, `UPSTREAM_UNAVAILABLE` where there is no
 * answer, a status other than 200, or no usable key.
 */
export async function fetchKeys(
  { upstream, projectId }: KeySource,
  {
    held,
    clock,
  }: { readonly held: ReadonlyMap<string, PublicKey> | undefined; readonly clock: Pick<Clock, 'monotonic'> },
): Promise<FetchedKeys> {
  const fetchedAt = clock.monotonic();
  // No further query parameter: the provider answers 400 to unknown ones.
  const path = `/api/v1/projects/${projectId}/.well-known/jwks.json?include_anonymous=true`;
  const { status, headers, body } = await upstream.get({ path });
  if (status === 404 || knownErrorOf({ headers })?.endsWith('PROJECT_NOT_FOUND')) {
    throw new AppError(
      'The identity provider does not know the project: check STACK_PROJECT_ID and STACK_API_URL',
      { code: 'INVALID_CONFIGURATION' },
    );
  }
  if (status !== 200) throw unusable(`The provider answered ${status}`);
  const keys = new Map<string, PublicKey>();
  for (const candidate of readCandidates(body)) {
    const { data } = keySchema.safeParse(candidate, WITHOUT_CODE);
    if (!data || keys.has(data.kid)) continue;
    const known = held?.get(data.kid);
    const key = known?.x === data.x && known.y === data.y ? known : await importKey(data);
    if (key) keys.set(data.kid, key);
  }
  if (keys.size === 0) throw unusable('The answer contains no usable key');
  return { keys, fetchedAt, freshFor: freshnessOf(headers['cache-control']) };
}

function readCandidates(body: string): readonly unknown[] {
  try {
    return keySetSchema.parse(JSON.parse(body), WITHOUT_CODE).keys;
  } catch (cause) {
    throw unusable('The answer is not a key set', cause);
  }
}

async function importKey({ kty, crv, x, y }: z.infer<typeof keySchema>): Promise<PublicKey | undefined> {
  try {
    const key = await importJWK({ kty, crv, x, y }, 'ES256');
    return key instanceof Uint8Array ? undefined : { key, x, y };
  } catch {
    return undefined; // Such as a point that is not on the curve. The other keys are still used.
  }
}

function freshnessOf(cacheControl: string | string[] | undefined): number {
  const maxAge = /max-age=(\d{1,9})/i.exec(String(cacheControl ?? ''))?.[1];
  return Math.min(Math.max(Number(maxAge ?? 600) * 1000, MINUTE), 60 * MINUTE);
}

function unusable(message: string, cause?: unknown): AppError {
  return new AppError(message, { code: 'UPSTREAM_UNAVAILABLE', cause });
}
