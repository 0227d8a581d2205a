import { decodeJwt } from 'jose';
import { createUpstream } from '../../src/core/http-client.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type { MintOptions } from '../../src/emulator/mint.ts';
import { createProfileCache } from '../../src/provider/cache/profile-cache.ts';
import { createProfiles } from '../../src/provider/cache/profiles.ts';
import { createIdentityClient, type FetchProfile, type ProfileRequest } from '../../src/provider/client.ts';
import { type Breaker, type BreakerOptions, createBreaker } from '../../src/provider/resilience/breaker.ts';
import {
  type ConcurrencyLimit,
  createConcurrencyLimit,
} from '../../src/provider/resilience/concurrency-limit.ts';
import { withRetry } from '../../src/provider/resilience/retry.ts';
import { createClock, type TestClock } from './clock.ts';

/** The way to a profile with an emulator of its own. Both go by the clock; time limits and pauses do not. */
export interface TestProfiles {
  readonly emulator: Emulator;
  readonly clock: TestClock;
  readonly breaker: Breaker;
  readonly slots: ConcurrencyLimit;
  readonly fetchProfile: FetchProfile;
  /** What to ask for a user, with a token that is made now and is good unless `options` say otherwise. */
  requestOf(userId: string, options?: Omit<MintOptions, 'userId'>): Promise<ProfileRequest>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What may differ from a lenient set-up. Durations are in milliseconds. */
export interface TestProfilesOptions {
  readonly ttl?: number;
  readonly staleMax?: number;
  readonly max?: number;
  readonly breaker?: BreakerOptions;
  readonly places?: number;
  readonly line?: number;
  readonly timeout?: number;
  readonly retryPause?: number;
}

/** Starts an emulator on a port of its own and all that stands between its profiles and a loader. */
export async function startTestProfiles(options: TestProfilesOptions = {}): Promise<TestProfiles> {
  const { places = 8, line = 8, timeout = 5_000 } = options;
  const clock = createClock();
  const now = clock.wall;
  const emulator = await startEmulator({ now });
  const { control, projectId, secretServerKey, url } = emulator;
  const upstream = createUpstream({ url, connections: places, timeout });
  const client = createIdentityClient({
    upstream,
    projectId,
    secretServerKey,
    publishableClientKey: undefined,
  });
  const breaker = createBreaker(options.breaker);
  const slots = createConcurrencyLimit({ places, line });
  const { ttl = 30_000, staleMax = 600_000, max = 100 } = options;
  return {
    emulator,
    clock,
    breaker,
    slots,
    fetchProfile: createProfiles({
      fetchProfile: withRetry(client, { pause: options.retryPause ?? 1 }),
      cache: createProfileCache({ ttl, staleMax, max, now }),
      breaker,
      slots,
      timeout,
      now,
    }),
    async requestOf(userId, mint = {}) {
      const token = await control.mintToken({ userId, ...mint });
      const kind = control.findUser(userId)?.kind;
      return {
        id: userId,
        token,
        isAnonymous: kind === 'anonymous',
        isRestricted: kind !== 'ordinary',
        issuedAt: decodeJwt(token).iat,
      };
    },
    async [Symbol.asyncDispose]() {
      await emulator.close();
      await upstream.close();
    },
  };
}
