// The store of the process, where `REDIS_URL` names one.
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config/config.ts';
import type { Emit } from '../core/events.ts';
import { readVersion } from '../core/version.ts';
import { createRedisConnection, type RedisConnectionOptions } from '../store/redis-connection.ts';
import { createRedisCopies } from '../store/redis-copies.ts';
import { createRedisCounts } from '../store/redis-counts.ts';
import type { Store } from '../store/store.ts';

/** A store that has not been started: nothing is loaded or sent before. */
export interface RedisStore extends Store {
  /** Begins to connect, once everything that listens to it does. */
  start(): void;
  close(): Promise<void>;
}

/** What it is made from. `connection` is for tests. */
export interface RedisStoreOptions {
  readonly config: Pick<Config, 'projectId' | 'secretServerKey' | 'profileCache'> & {
    readonly redisUrl: string;
  };
  readonly emit: Emit;
  readonly clock: Clock;
  readonly connection?: Partial<RedisConnectionOptions>;
}

/** Creates it. */
export function createRedisStore({
  config,
  emit,
  clock,
  connection: options,
}: RedisStoreOptions): RedisStore {
  const connection = createRedisConnection({ url: config.redisUrl, emit, clock, ...options });
  const { projectId, secretServerKey: secret, profileCache } = config;
  return {
    get state() {
      return connection.state;
    },
    copies: createRedisCopies({ connection, projectId, version: readVersion(), ttl: profileCache.ttl }),
    counts: createRedisCounts({ connection, projectId, secret }),
    start: () => connection.start(),
    close: () => connection.close(),
  };
}
