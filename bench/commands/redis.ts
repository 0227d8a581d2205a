// `npm --prefix bench run redis`: what replicas cost one Redis, by its own figures. Needs redis-server on the PATH.
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../../src/core/clock.ts';
import { createRedisStore, type RedisStore } from '../../src/process/redis-store.ts';
import type { ReportedCount } from '../../src/rate-limit/shared-counts.ts';
import type { StoredKey } from '../../src/store/copy-store.ts';
import { type OwnRedis, startRedis } from '../../test/support/redis.ts';
import { until } from '../../test/support/until.ts';

const OPERATIONS = 20_000;
const CONCURRENT = 100;
const USERS = 10_000;

/** Milliseconds between two turns of a load, and their number. */
const TURN = 25;
const TURNS = 400;

/** Of a profile with two accounts and some metadata. */
const TEXT = JSON.stringify({ value: 'x'.repeat(1_100) });

/** What Redis tells of itself. CPU is in microseconds. */
interface Figures {
  readonly cpu: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly memory: number;
}

const projectId = randomUUID();
const config = {
  projectId,
  redisUrl: '',
  secretServerKey: 'ssk_of_the_benchmark',
  profileCache: { max: USERS, maxBytes: 100_000_000, ttl: 3_600_000, staleMax: 3_600_000 },
};
const users = Array.from({ length: USERS + 1 }, () => randomUUID());

await using redis = await startRedis();
const replicas = await startReplicas(redis, 10);
const [first] = replicas;
if (!first) throw new Error('No replica');

print(['what one replica asks for', 'Redis: CPU µs', 'bytes to Redis', 'bytes from Redis']);
print(['---', '--:', '--:', '--:']);
const empty = await figuresOf(redis);
await row('a copy that is not there, and is stored', (index) => miss(first, keyOf(index)), USERS);
const full = await figuresOf(redis);
await row('a copy that is there', (index) => first.copies.read(keyOf(index)));
await row('an eviction, told to ten replicas', (index) => evict(first, keyOf(index).userId));
await row('a report of one count', (index) => first.counts.report(1, countsOf(index, 1)));
await row('a report of 200 counts', (index) => first.counts.report(2, countsOf(index, 200)), 500);
await row('a report of 200 counts that nine others have reported', reportAsTenth(), 500);

process.stdout.write('\n');
print(['ten replicas together, each second', 'commands', 'KB to Redis', 'KB from Redis', 'Redis: CPU %']);
print(['---', '--:', '--:', '--:', '--:']);
await load(0);
await load(5_000);
await load(50_000);
process.stdout.write(
  `\nMemory of a copy of ${TEXT.length} bytes with its generation: ${perUser(full.memory - empty.memory)} bytes\n`,
);
await Promise.all(replicas.map((replica) => replica.close()));

/**
 * So many active users, each of whom needs three copies in 30 s, of which a quarter is not there. Each is dropped once in a
 * quarter of an hour, and one in fifty sends so many requests that a quarter of the reports has them.
 */
async function load(active: number): Promise<void> {
  const title = active === 0 ? 'idle' : `${active.toLocaleString('en')} active users`;
  let sent = 0;
  const begun = performance.now();
  const figures = await measure(redis, async () => {
    for (let turn = 1; turn <= TURNS; turn += 1) {
      await setTimeout(Math.max(0, begun + turn * TURN - performance.now()));
      sent += await takeTurn(active, turn);
    }
  });
  const seconds = (performance.now() - begun) / 1000;
  // Each replica sends a ping a second.
  sent += replicas.length * seconds;
  const perSecond = [sent, figures.bytesIn / 1000, figures.bytesOut / 1000].map((all) =>
    (all / seconds).toFixed(0),
  );
  print([title, ...perSecond, (figures.cpu / seconds / 10_000).toFixed(1)]);
}

/** What all replicas ask for in a fortieth of a second: reads, evictions, and the reports of one of them. Returns its commands. */
async function takeTurn(active: number, turn: number): Promise<number> {
  if (active === 0) return 0;
  const replica = replicas[turn % replicas.length] ?? first;
  if (!replica) return 0;
  const count = (of: number) => Math.floor(turn * of) - Math.floor((turn - 1) * of);
  const reads = count((active * 3 * TURN) / 30_000);
  const evictions = count((active * TURN) / 900_000);
  const counts = Math.round(active / 50 / replicas.length / 4);
  const next = (index: number) => keyOf(turn * 7_919 + index * 31);
  await Promise.all([
    ...Array.from({ length: reads }, async (_, index) => {
      const read = await replica.copies.read(next(index));
      if (index % 4 !== 0 || !read?.generations) return;
      await replica.copies.write(next(index), {
        generations: read.generations,
        text: TEXT,
        showsTeams: false,
      });
    }),
    ...Array.from({ length: evictions }, (_, index) => evict(replica, next(index).userId)),
    replica.counts.report(4, countsOf(turn, Math.min(200, counts))),
  ]);
  return reads + Math.ceil(reads / 4) + evictions + 1;
}

function evict({ copies }: RedisStore, userId: string): Promise<boolean> {
  return copies.evict([{ scope: { userId }, message: JSON.stringify({ from: randomUUID(), user: userId }) }]);
}

function perUser(bytes: number): number {
  return Math.round(bytes / USERS);
}

async function startReplicas({ url }: OwnRedis, count: number): Promise<readonly RedisStore[]> {
  const options = { config: { ...config, redisUrl: url }, emit() {}, clock: systemClock };
  // The requests of a benchmark are as many at once as those of ten processes, so that answers take longer.
  const connection = { commandTimeout: 5_000 };
  const stores = Array.from({ length: count }, () => createRedisStore({ ...options, connection }));
  for (const store of stores) {
    // As the provider's services do.
    store.copies.onMessage(() => {});
    store.start();
  }
  await until('Redis is up', () => stores.every(({ state }) => state === 'up'));
  return stores;
}

function keyOf(index: number): StoredKey {
  return { kind: 'profile', userId: users[index % users.length] ?? '', teamId: undefined };
}

async function miss({ copies }: RedisStore, key: StoredKey): Promise<void> {
  const read = await copies.read(key);
  if (!read?.generations || read.copy) throw new Error('This is no miss');
  await copies.write(key, { generations: read.generations, text: TEXT, showsTeams: false });
}

function countsOf(index: number, count: number): readonly ReportedCount[] {
  return Array.from({ length: count }, (_, each) => ({
    kind: 'user',
    name: users[(index * count + each) % users.length] ?? '',
    spent: index + 1,
    isKnown: true,
  }));
}

/** Nine replicas have reported the same counts before. */
function reportAsTenth(): (index: number) => Promise<unknown> {
  const others = replicas
    .slice(1)
    .map(({ counts }) =>
      Promise.all(Array.from({ length: USERS / 200 }, (_, index) => counts.report(3, countsOf(index, 200)))),
    );
  const reported = Promise.all(others);
  return async (index) => {
    await reported;
    return first?.counts.report(3, countsOf(index, 200));
  };
}

/** Measures so many operations, and prints what one costs. */
async function row(
  title: string,
  operate: (index: number) => Promise<unknown>,
  operations = OPERATIONS,
): Promise<void> {
  // Loads the scripts, and lets happen what is to happen before.
  await operate(operations);
  const figures = await measure(redis, async () => {
    for (let from = 0; from < operations; from += CONCURRENT) {
      const some = Array.from({ length: CONCURRENT }, (_, index) => operate(from + index));
      const answers = await Promise.all(some);
      if (answers.some((answer) => answer === false)) throw new Error(`Not answered: ${title}`);
    }
  });
  print([title, ...cells(figures, operations)]);
}

function cells({ cpu, bytesIn, bytesOut }: Figures, operations: number): readonly string[] {
  return [(cpu / operations).toFixed(1), ...[bytesIn, bytesOut].map((all) => (all / operations).toFixed(0))];
}

/** What Redis has used meanwhile. */
async function measure(server: OwnRedis, work: () => Promise<unknown>): Promise<Figures> {
  const before = await figuresOf(server);
  await work();
  const after = await figuresOf(server);
  return {
    cpu: after.cpu - before.cpu,
    bytesIn: after.bytesIn - before.bytesIn,
    bytesOut: after.bytesOut - before.bytesOut,
    memory: after.memory - before.memory,
  };
}

async function figuresOf({ command }: OwnRedis): Promise<Figures> {
  const info = String(await command('EVAL', "return (redis.call('INFO', 'everything'):gsub('%s+', ' '))", 0));
  const value = (name: string) => Number(new RegExp(`(?:^| )${name}:([\\d.]+)`).exec(info)?.[1]);
  return {
    cpu: (value('used_cpu_sys') + value('used_cpu_user')) * 1_000_000,
    bytesIn: value('total_net_input_bytes'),
    bytesOut: value('total_net_output_bytes'),
    memory: value('used_memory'),
  };
}

function print(row: readonly string[]): void {
  process.stdout.write(`| ${row.join(' | ')} |\n`);
}
