// What a model run is made on: one emulator, one Redis or none, and replicas with clocks of their own.
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { type OwnRedis, startRedis } from '../support/redis.ts';
import { type Inbox, openInbox } from './inbox.ts';
import type { PlantInStore } from './model-store.ts';
import { type Plant, type Replica, startReplica } from './replica.ts';
import { PROJECT_RIGHT, TEAM_RIGHT } from './subjects.ts';
import { createModelTime, type ModelTime } from './time.ts';
import { openWire } from './wire.ts';

/** In milliseconds, as the replicas are set. */
export const TTL = 30_000;
export const STALE_MAX = 600_000;

/** The fleet. Use it with `await using`. */
export interface Fleet extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly inbox: Inbox;
  readonly time: ModelTime;
  readonly redis: ModelRedis | undefined;
  readonly replicas: readonly Replica[];
  /**
   * Waits until all replicas have received what each of them has told so far. `down` where not all are connected to Redis, and
   * `late` where that takes too long; with `mustBeUp`, replicas that are not connected are waited for.
   */
  sync(mustBeUp: boolean): Promise<'synced' | 'down' | 'late'>;
}

/** The Redis of a fleet. What it holds grows old by the model's time. */
export interface ModelRedis extends OwnRedis {
  isPaused: boolean;
  isStopped: boolean;
  isFull: boolean;
  age(milliseconds: number): Promise<void>;
}

/** How the fleet is made. */
export interface FleetOptions {
  readonly replicas: number;
  readonly withRedis: boolean;
  /** Settings that replace those of the replicas. */
  readonly env?: Readonly<Record<string, string>>;
  /** Plants a fault in every replica. */
  readonly plant?: Plant | undefined;
  readonly plantInStore?: PlantInStore | undefined;
}

/** Starts a fleet. */
export async function startFleet({
  replicas: count,
  withRedis,
  plant,
  plantInStore,
  env: ownEnv,
}: FleetOptions): Promise<Fleet> {
  const time = createModelTime();
  const emulator = await startEmulator({ now: time.now, accessTokenLifetime: 86_400 });
  emulator.control.definePermission({ id: PROJECT_RIGHT, scope: 'project' });
  emulator.control.definePermission({ id: TEAM_RIGHT, scope: 'team' });
  const inbox = await openInbox(emulator);
  const redis = withRedis ? withAges(await startRedis()) : undefined;
  const env = {
    PROFILE_CACHE_TTL: String(TTL / 1000),
    PROFILE_STALE_MAX: String(STALE_MAX / 1000),
    ...ownEnv,
  };
  const replicas = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const wire = redis && (await openWire(redis.port));
      return startReplica({
        index,
        emulator,
        clock: time.createClock(),
        wire,
        env,
        time,
        plant,
        plantInStore,
      });
    }),
  );
  const fleet: Fleet = {
    emulator,
    inbox,
    time,
    redis,
    replicas,
    async sync(mustBeUp) {
      const isUp = () => replicas.every((replica) => replica.isConnected());
      const until = performance.now() + (mustBeUp ? RECONNECTED_WITHIN : 0);
      while (!isUp() && performance.now() < until) await setTimeout(5);
      if (!isUp()) return mustBeUp ? 'late' : 'down';
      return (await haveSynced(replicas)) ? 'synced' : 'late';
    },
    async [Symbol.asyncDispose]() {
      redis?.resume();
      for (const replica of replicas) await replica[Symbol.asyncDispose]();
      for (const { wire } of replicas) await wire?.[Symbol.asyncDispose]();
      await redis?.[Symbol.asyncDispose]();
      await inbox[Symbol.asyncDispose]();
      await emulator.close();
    },
  };
  return fleet;
}

/** Milliseconds within which replicas connect to Redis again, by the clock of this machine. */
const RECONNECTED_WITHIN = 5_000;

/** Milliseconds of this machine, which may be busy, after which a change is taken to be lost. */
const LOST_AFTER = 8_000;

/** Milliseconds for one attempt to see that replicas are in touch. */
const ATTEMPT = 2_000;

/** How made-up ids of users begin, which no real user has. */
export const MARKER = '00000000-0000-4000-8000-';

/** A message is lost where a connection breaks, after which the replica drops everything: then another one is sent. */
async function haveSynced(replicas: readonly Replica[]): Promise<boolean> {
  const until = performance.now() + LOST_AFTER;
  while (performance.now() < until) if (await areInTouch(replicas)) return true;
  return false;
}

/** Each replica tells of a change of a made-up user, and each hears of all: messages arrive in their order. */
async function areInTouch(replicas: readonly Replica[]): Promise<boolean> {
  const markers = replicas.map(() => MARKER + randomUUID().slice(-12));
  const missing = new Set(replicas.flatMap(({ index }) => markers.map((marker) => `${index} ${marker}`)));
  const stops = replicas.map(({ index, services }) =>
    services.reads.copies.watch((change) => {
      if (change.kind === 'user') missing.delete(`${index} ${change.userId}`);
    }),
  );
  for (const [index, replica] of replicas.entries())
    replica.services.reads.copies.drop({ kind: 'user', userId: markers[index] ?? '' }, 'here');
  const until = performance.now() + ATTEMPT;
  while (missing.size > 0 && performance.now() < until) await setTimeout(1);
  for (const stop of stops) stop();
  return missing.size === 0;
}

const AGE_ALL = `
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left > tonumber(ARGV[1]) then
    redis.call('PEXPIRE', key, left - ARGV[1])
    if string.find(key, ':copy:', 1, true) then
      local at, rest = string.match(redis.call('GET', key), '^(%d+)( .*)$')
      redis.call('SET', key, string.format('%d', at - ARGV[1]) .. rest, 'KEEPTTL')
    end
  elseif left >= 0 then redis.call('UNLINK', key) end
end`;

/** Time that passes while Redis does not answer is made up for when it does. */
function withAges(redis: OwnRedis): ModelRedis {
  let owed = 0;
  const age = async (milliseconds: number) => {
    owed += milliseconds;
    if (aged.isPaused || owed === 0) return;
    const passed = owed;
    owed = 0;
    if (aged.isStopped) return;
    if (aged.isFull) await redis.limitMemory(0);
    await redis.command('EVAL', AGE_ALL, 0, passed);
    if (aged.isFull) await redis.limitMemory(1);
  };
  const aged: ModelRedis = Object.assign(Object.create(redis) as OwnRedis, {
    isPaused: false,
    isStopped: false,
    isFull: false,
    age,
  });
  return aged;
}
