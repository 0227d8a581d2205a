import { randomUUID } from 'node:crypto';
import { AppError } from '../../src/core/errors.ts';
import { createRates, type Rates } from '../../src/rate-limit/rate-limits.ts';
import { type SharedCounts, startSharedCounts } from '../../src/rate-limit/shared-counts.ts';
import { createRedisConnection, type RedisConnection } from '../../src/store/redis-connection.ts';
import { createRedisCounts } from '../../src/store/redis-counts.ts';
import { createClock, type TestClock } from './clock.ts';
import { until } from './until.ts';

/** Rate limits of one process that shares them. */
export interface Replica {
  readonly rates: Rates;
  readonly counts: SharedCounts;
  readonly connection: RedisConnection;
  /** Spends a request, and returns whether it was admitted. Throws for any other error than `RATE_LIMITED`. */
  admits(userId: string): boolean;
  /** How many of so many requests are admitted. */
  admitted(userId: string, requests: number): number;
  /** Lets a verification fail, and returns whether it was admitted. */
  fails(address: string): Promise<boolean>;
  /** Ends it as a crash does: nothing more is reported. */
  kill(): Promise<void>;
}

/** Replicas with one clock. */
export interface Replicas {
  readonly clock: TestClock;
  readonly projectId: string;
  /** Starts one more, and waits until it is connected, unless Redis does not run. */
  start(redis?: 'runs' | 'does not run'): Promise<Replica>;
  /** Lets all report. */
  report(): Promise<void>;
  /** Sets the clock of Redis. */
  setRedisClock(milliseconds: number): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Budgets a minute. */
export interface ReplicasOptions {
  readonly url: string;
  readonly requests?: number;
  readonly failures?: number;
}

/** Never by itself: tests say when replicas report. */
const NEVER = 2 ** 31 - 1;

/** Of every replica: keys have no trace of it. */
export const SECRET = 'ssk_of_the_replicas';

/**
 * Starts none yet. Redis' clock begins in the tenth second of a minute, and goes on with that of the replicas: the time that
 * Redis tells is replaced, so that no minute ends in the middle of a test.
 */
export function createReplicas({ url, requests = 600, failures = 60 }: ReplicasOptions): Replicas {
  const clock = createClock(1_800_000_010_000);
  const projectId = randomUUID();
  const all: Replica[] = [];
  let ahead = 0;

  async function start(redis: 'runs' | 'does not run' = 'runs'): Promise<Replica> {
    const connection = createRedisConnection({
      url,
      emit() {},
      clock: { monotonic: () => performance.now() },
      commandTimeout: 200,
      reconnectPause: 20,
    });
    const store = createRedisCounts({ connection, projectId, secret: SECRET });
    const counts = startSharedCounts({
      clock,
      interval: NEVER,
      store: {
        ...store,
        async report(window, reported) {
          const answer = await store.report(window, reported);
          return answer && { ...answer, time: clock.wall() + ahead };
        },
      },
    });
    connection.start();
    if (redis === 'runs') await until('Redis is up', () => connection.state === 'up');
    const rates = createRates({ requests, failures, shared: counts, clock });
    const replica: Replica = {
      rates,
      counts,
      connection,
      admits: (userId) => isAdmitted(() => rates.spendRequest(userId)),
      admitted: (userId, times) =>
        Array.from({ length: times }, () => replica.admits(userId)).filter(Boolean).length,
      async fails(address) {
        try {
          (await rates.reserveFailure(address))(true);
          return true;
        } catch (error) {
          return refusedBy(error);
        }
      },
      async kill() {
        counts.close();
        await connection.close();
      },
    };
    all.push(replica);
    await counts.report();
    return replica;
  }

  return {
    clock,
    projectId,
    start,
    async report() {
      for (const { counts } of all) await counts.report();
    },
    setRedisClock(milliseconds) {
      ahead += milliseconds;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((replica) => replica.kill()));
    },
  };
}

function isAdmitted(attempt: () => void): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    return refusedBy(error);
  }
}

function refusedBy(error: unknown): false {
  if (error instanceof AppError && error.code === 'RATE_LIMITED') return false;
  throw error;
}
