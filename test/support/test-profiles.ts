import { decodeJwt } from 'jose';
import { createUpstream } from '../../src/core/http-client.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type { MintOptions } from '../../src/emulator/mint.ts';
import { PROFILE } from '../../src/provider/cache/kinds.ts';
import { createReads, type Reads } from '../../src/provider/cache/reads.ts';
import { createSizedCache } from '../../src/provider/cache/sized-cache.ts';
import { createProvider, type Provider } from '../../src/provider/client.ts';
import type { FetchProfile } from '../../src/provider/profile.ts';
import { type Breaker, type BreakerOptions, createBreaker } from '../../src/provider/resilience/breaker.ts';
import {
  type ConcurrencyLimit,
  createConcurrencyLimit,
} from '../../src/provider/resilience/concurrency-limit.ts';
import { createGuardedSend } from '../../src/provider/resilience/guarded-send.ts';
import type { CallerRequest } from '../../src/provider/send.ts';
import { createSend } from '../../src/provider/send.ts';
import { createClock, type TestClock } from './clock.ts';

/** The provider client and cached profiles with an emulator of their own. All use the test clock, except for time limits and the pause before a second attempt. */
export interface TestProfiles {
  readonly emulator: Emulator;
  readonly clock: TestClock;
  readonly breaker: Breaker;
  readonly limit: ConcurrencyLimit;
  readonly provider: Provider;
  readonly reads: Reads;
  readonly fetchProfile: FetchProfile;
  /** How often something was looked for in everything that is cached. */
  walks(): number;
  /** The caller for a user, with a newly minted token that is valid unless `options` say otherwise. */
  requestOf(userId: string, options?: Omit<MintOptions, 'userId'>): Promise<CallerRequest>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What may differ from a lenient set-up. Durations are in milliseconds. */
export interface TestProfilesOptions {
  readonly ttl?: number;
  readonly staleMax?: number;
  readonly max?: number;
  readonly maxBytes?: number;
  readonly breaker?: BreakerOptions;
  readonly active?: number;
  readonly queued?: number;
  readonly backlog?: number;
  readonly maxCalls?: number;
  readonly timeout?: number;
  readonly retryPause?: number;
}

/** Starts an emulator on a port of its own, a provider client and cached profiles. */
export async function startTestProfiles(options: TestProfilesOptions = {}): Promise<TestProfiles> {
  const { active = 8, queued = 8, backlog = 0, timeout = 5_000 } = options;
  const clock = createClock();
  const emulator = await startEmulator({ now: clock.wall });
  const { control, projectId, secretServerKey, url } = emulator;
  const upstream = createUpstream({ url, connections: active, timeout });
  const send = createSend({ upstream, projectId, secretServerKey, publishableClientKey: undefined });
  const breaker = createBreaker({ clock, ...options.breaker });
  const limit = createConcurrencyLimit({ active, queued, backlog });
  const { ttl = 30_000, staleMax = 600_000, max = 100 } = options;
  const guardedSend = createGuardedSend({
    send,
    breaker,
    limit,
    retryPause: options.retryPause ?? 1,
    clock,
  });
  const cache = createSizedCache({ max, maxBytes: options.maxBytes ?? 1_000_000 });
  let walks = 0;
  const deleteWhere = cache.deleteWhere.bind(cache);
  cache.deleteWhere = (matchers) => {
    if (matchers.length > 0) walks += 1;
    deleteWhere(matchers);
  };
  const reads = createReads({ guardedSend, cache, ttl, staleMax, timeout, clock });
  return {
    emulator,
    clock,
    breaker,
    limit,
    provider: createProvider({ guardedSend, timeout, maxCalls: options.maxCalls ?? 50 }),
    reads,
    walks: () => walks,
    fetchProfile: (request) => reads.fetch(PROFILE, request),
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
