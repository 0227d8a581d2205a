import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { readConfig } from '../../src/core/config/config.ts';
import { createEvents, type ServerEvent } from '../../src/core/events.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type { People } from '../../src/emulator/seed.ts';
import { createProviderServices, type ProviderServices } from '../../src/process/provider-services.ts';
import { createRedisStore, type RedisStore } from '../../src/process/redis-store.ts';
import type { ChangeSource, IdentityChange } from '../../src/provider/cache/identity-change.ts';
import type { CallerRequest } from '../../src/provider/send.ts';
import type { RedisConnectionOptions } from '../../src/store/redis-connection.ts';
import { createClock, type TestClock } from './clock.ts';
import type { TestRedis } from './redis.ts';
import { until } from './until.ts';

/** The provider client of one process that shares its copies. */
export interface CopyReplica extends ProviderServices {
  readonly store: RedisStore;
  readonly events: readonly ServerEvent[];
  /** The changes that listeners were told of, without that of the first connection. */
  readonly told: readonly (readonly [IdentityChange, ChangeSource])[];
  /** Where the last copies of this kind came from. */
  sources(): readonly string[];
  /** Resolves once a listener was told of such a change. */
  hears(kind: IdentityChange['kind']): Promise<void>;
}

/** Replicas on one emulator and one Redis. */
export interface CopyReplicas {
  readonly emulator: Emulator;
  readonly redis: TestRedis;
  /** That of all replicas and of the emulator, a minute behind that of Redis, so that tokens are older than any fetch. */
  readonly clock: TestClock;
  readonly projectId: string;
  start(options?: CopyReplicaOptions): Promise<CopyReplica>;
  requestOf(name: keyof People, options?: { readonly issuedAgo?: number }): Promise<CallerRequest>;
  /** Calls to the provider since the last time. */
  calls(): number;
  /** The keys in Redis without the prefix of the project. */
  keys(pattern?: string): Promise<readonly string[]>;
  /** Resolves once so many copies are stored. */
  stored(count: number): Promise<void>;
  /** Replaces the text of a key. */
  rewrite(key: string, change: (text: string) => string): Promise<void>;
  /** Lets a copy be as much older, without a change of its expiry. */
  age(milliseconds: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What may differ of a replica. `ttl` is in seconds. */
export interface CopyReplicaOptions {
  readonly ttl?: number;
  readonly connection?: Partial<RedisConnectionOptions>;
}

/** For a busy machine. */
const PATIENT = { commandTimeout: 2_000, postTimeout: 15_000, reconnectPause: 20 };

/** Starts the emulator, and no replica yet. Use it with `await using`. */
export async function startCopyReplicas(redis: TestRedis): Promise<CopyReplicas> {
  const clock = createClock(Date.now() - 60_000);
  const projectId = randomUUID();
  // Tokens are a minute older than the provider's present, so that copies may serve them.
  let issuedAt: number | undefined;
  const emulator = await startEmulator({ now: () => issuedAt ?? Date.now(), projectId });
  const { control, secretServerKey, url } = emulator;
  const replicas: CopyReplica[] = [];
  const prefix = `sag:${projectId}:`;
  const keys = async (pattern = '*') => {
    const found = await redis.command('KEYS', `${prefix}${pattern}`);
    return (found as string[]).map((key) => key.slice(prefix.length)).sort();
  };
  const rewrite = async (key: string, change: (text: string) => string) => {
    const text = await redis.command('GET', `${prefix}${key}`);
    await redis.command('SET', `${prefix}${key}`, change(String(text)), 'KEEPTTL');
  };

  async function start({ ttl = 30, connection = {} }: CopyReplicaOptions = {}): Promise<CopyReplica> {
    const config = readConfig({
      STACK_PROJECT_ID: projectId,
      STACK_SECRET_SERVER_KEY: secretServerKey,
      STACK_API_URL: url,
      PROFILE_CACHE_TTL: String(ttl),
    });
    const { emit, subscribe } = createEvents();
    const events: ServerEvent[] = [];
    subscribe((event) => events.push(event));
    const store = createRedisStore({
      config: { ...config, redisUrl: redis.url },
      emit,
      clock,
      connection: { ...PATIENT, ...connection },
    });
    const services = createProviderServices({ config, tracing: undefined, clock, emit, store });
    store.start();
    await until('Redis is up', () => store.state === 'up');
    const told: (readonly [IdentityChange, ChangeSource])[] = [];
    services.reads.copies.watch((change, source) => told.push([change, source]));
    const replica: CopyReplica = {
      ...services,
      store,
      events,
      told,
      sources: () => events.flatMap((event) => ('from' in event ? [event.from] : [])),
      hears: async (kind) =>
        void (await until(`a change of ${kind}`, () => told.some(([change]) => change.kind === kind))),
      async close() {
        await services.close();
        await store.close();
      },
    };
    replicas.push(replica);
    return replica;
  }

  return {
    emulator,
    redis,
    clock,
    projectId,
    start,
    async requestOf(name, { issuedAgo = 0 } = {}) {
      const { id, kind } = emulator.people[name];
      issuedAt = clock.wall() - issuedAgo;
      const token = await control.mintToken({ userId: id });
      issuedAt = undefined;
      const { iat } = decodeJwt(token);
      return {
        id,
        token,
        isAnonymous: kind === 'anonymous',
        isRestricted: kind !== 'ordinary',
        issuedAt: iat,
      };
    },
    calls() {
      const { total } = control.calls();
      control.resetCalls();
      return total;
    },
    keys,
    stored: async (count) =>
      void (await until(`${count} copies`, async () => (await keys('copy:*')).length === count)),
    rewrite,
    async age(milliseconds) {
      for (const key of await keys('copy:*'))
        await rewrite(key, (text) => text.replace(/^\d+/, (at) => String(Number(at) - milliseconds)));
    },
    async [Symbol.asyncDispose]() {
      await emulator.close();
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  };
}
