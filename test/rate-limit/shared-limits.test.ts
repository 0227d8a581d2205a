import { expect, it } from 'vitest';
import { createRedisCounts } from '../../src/store/redis-counts.ts';
import { describeOwnRedis, describeRedis, openRedis, startRedis } from '../support/redis.ts';
import { createReplicas, type Replica, SECRET } from '../support/replicas.ts';
import { until } from '../support/until.ts';

const MINUTE = 60_000;
const ADDRESS = '203.0.113.7';

const startSome = (count: number, start: () => Promise<Replica>) =>
  Promise.all(Array.from({ length: count }, start));

describeRedis('limits that replicas share', () => {
  it('admit at ten replicas what one admits, but for 1 % of each and what arrives between two reports', async () => {
    await using redis = await openRedis();
    await using replicas = createReplicas({ url: redis.url });
    const ten = await startSome(10, replicas.start);
    let admitted = 0;
    for (let round = 0; round < 150; round += 1) {
      admitted += ten.filter((replica) => replica.admits('ada')).length;
      await replicas.report();
    }
    expect(admitted).toBeGreaterThanOrEqual(600);
    expect(admitted).toBeLessThanOrEqual(600 + 10 * 5 + 10);
  });

  it('admit exactly the budget at one replica, however often it reports', async () => {
    await using redis = await openRedis();
    await using replicas = createReplicas({ url: redis.url });
    const replica = await replicas.start();
    let admitted = 0;
    for (let round = 0; round < 70; round += 1) {
      admitted += replica.admitted('ada', 10);
      await replicas.report();
    }
    expect(admitted).toBe(600);
  });

  it('refuse, also before a signature is checked, until the minute of Redis is over', async () => {
    await using redis = await openRedis();
    await using replicas = createReplicas({ url: redis.url });
    const [one, other] = [await replicas.start(), await replicas.start()];
    replicas.clock.advance(20_000);
    expect(one.admitted('ada', 594)).toBe(594);
    await one.counts.report();
    expect(other.admitted('ada', 6)).toBe(6);
    await other.counts.report();
    const refusal = { code: 'RATE_LIMITED', retryAfter: 30 };
    expect(() => other.rates.spendRequest('ada')).toThrow(expect.objectContaining(refusal));
    expect(() => other.rates.checkRequest('ada')).toThrow(expect.objectContaining(refusal));
    expect(other.admits('grace')).toBe(true);
    replicas.clock.advance(29_999);
    expect(other.admits('ada')).toBe(false);
    replicas.clock.advance(1);
    await replicas.report();
    expect(() => other.rates.checkRequest('ada')).not.toThrow();
    expect(other.admitted('ada', 1_000)).toBe(600);
  });

  it('count what a replica has reported that is gone', async () => {
    await using redis = await openRedis();
    await using replicas = createReplicas({ url: redis.url });
    const gone = await replicas.start();
    gone.admitted('ada', 600);
    await gone.counts.report();
    await gone.kill();
    const fresh = await replicas.start();
    expect(fresh.admitted('ada', 6)).toBe(6);
    await fresh.counts.report();
    expect(fresh.admits('ada')).toBe(false);
    replicas.clock.advance(MINUTE);
    expect(fresh.admits('ada')).toBe(true);
  });

  it('are shared in every minute', async () => {
    await using redis = await openRedis();
    await using replicas = createReplicas({ url: redis.url });
    const [one, other] = [await replicas.start(), await replicas.start()];
    for (const _minute of [1, 2, 3]) {
      expect(one.admitted('ada', 594)).toBe(594);
      await one.counts.report();
      expect(other.admitted('ada', 6)).toBe(6);
      await other.counts.report();
      expect(other.admits('ada')).toBe(false);
      replicas.clock.advance(MINUTE);
    }
  });

  it('count the failures of an address', async () => {
    await using redis = await openRedis();
    await using replicas = createReplicas({ url: redis.url, failures: 10 });
    const [one, other] = [await replicas.start(), await replicas.start()];
    for (let time = 0; time < 9; time += 1) expect(await one.fails(ADDRESS)).toBe(true);
    await one.counts.report();
    expect(await other.fails(ADDRESS)).toBe(true);
    await replicas.report();
    expect(await other.fails(ADDRESS)).toBe(false);
    expect(await one.fails(ADDRESS)).toBe(true);
    await one.counts.report();
    expect(await one.fails(ADDRESS)).toBe(false);
    expect(await one.fails('198.51.100.9')).toBe(true);
  });

  it('count users apart from addresses of the same name', async () => {
    await using redis = await openRedis();
    await using replicas = createReplicas({ url: redis.url, requests: 10, failures: 10 });
    const replica = await replicas.start();
    replica.admitted(ADDRESS, 9);
    await replica.fails(ADDRESS);
    await replica.counts.report();
    expect(await keysOf(redis, replicas)).toHaveLength(2);
    expect(replica.admitted(ADDRESS, 10)).toBe(1);
  });

  it('report a burst before the next regular report', async () => {
    await using redis = await openRedis();
    await using replicas = createReplicas({ url: redis.url });
    const [one, other] = [await replicas.start(), await replicas.start()];
    expect(one.admitted('ada', 1_000)).toBe(600);
    await until('the report', async () => (await keysOf(redis, replicas)).length === 1);
    expect(other.admitted('ada', 60)).toBe(60);
    await until('the answer', () => !other.admits('ada'));
  });

  it('count what is spent while a report is on its way', async () => {
    await using redis = await openRedis();
    await using replicas = createReplicas({ url: redis.url });
    const [one, other] = [await replicas.start(), await replicas.start()];
    expect(one.admitted('ada', 59)).toBe(59);
    const reporting = one.counts.report();
    expect(one.admitted('ada', 541)).toBe(541);
    await reporting;
    await one.counts.report();
    expect(other.admitted('ada', 6)).toBe(6);
    await other.counts.report();
    expect(other.admits('ada')).toBe(false);
  });

  it('do not report users who are far below their budget', async () => {
    await using redis = await openRedis();
    await using replicas = createReplicas({ url: redis.url });
    const replica = await replicas.start();
    replica.admitted('ada', 5);
    await replica.counts.report();
    expect(await keysOf(redis, replicas)).toEqual([]);
    replica.admitted('ada', 1);
    await replica.counts.report();
    expect(await keysOf(redis, replicas)).toHaveLength(1);
  });

  it('report any number of users', async () => {
    await using redis = await openRedis();
    await using replicas = createReplicas({ url: redis.url, requests: 2 });
    const [one, other] = [await replicas.start(), await replicas.start()];
    const users = Array.from({ length: 1_001 }, (_, index) => `user ${index}`);
    const half = users.filter((_user, index) => index % 2 === 0);
    for (const user of half) one.admits(user);
    await one.counts.report();
    for (const user of users) other.admits(user);
    await other.counts.report();
    expect(users.filter((user) => !other.admits(user))).toEqual(half);
  });

  it('have neither users nor addresses nor secrets in Redis, and nothing for long', async () => {
    await using redis = await openRedis();
    await using replicas = createReplicas({ url: redis.url });
    const replica = await replicas.start();
    // Long enough that it is no part of a random name.
    const user = 'ada-of-the-analytical-engine';
    replica.admitted(user, 10);
    await replica.fails(ADDRESS);
    await replica.counts.report();
    const keys = await keysOf(redis, replicas);
    expect(keys).toHaveLength(2);
    const hashes = await Promise.all(keys.map((key) => redis.command('HGETALL', key)));
    expect(hashes.map((hash) => (Array.isArray(hash) ? hash[1] : undefined)).sort()).toEqual(['1', '10']);
    for (const trace of [user, ADDRESS, SECRET]) expect(JSON.stringify([keys, hashes])).not.toContain(trace);
    for (const key of keys) {
      const lifetime = Number(await redis.command('PTTL', key));
      expect(lifetime).toBeGreaterThan(MINUTE);
      expect(lifetime).toBeLessThanOrEqual(2 * MINUTE);
    }
  });

  it.each([
    [-600_000, 600],
    [600_000, 600],
    [5_000, 0],
    [-5_000, 0],
  ])('begin a new minute where the clock of Redis is set by %i ms to another one', async (step, admitted) => {
    await using redis = await openRedis();
    await using replicas = createReplicas({ url: redis.url });
    const replica = await replicas.start();
    replica.admitted('ada', 600);
    await replica.counts.report();
    replicas.setRedisClock(step);
    replica.admitted('grace', 6);
    await replica.counts.report();
    expect(replica.admitted('ada', 700)).toBe(admitted);
  });
});

describeRedis('counts in Redis', () => {
  it('are the same after a report that is executed twice, late, or by another process', async () => {
    await using redis = await openRedis();
    await using replicas = createReplicas({ url: redis.url });
    const { connection } = await replicas.start();
    const options = { connection, projectId: replicas.projectId, secret: SECRET };
    const [one, other] = [createRedisCounts(options), createRedisCounts(options)];
    const count = (spent: number, isKnown = true) => [{ kind: 'user', name: 'ada', spent, isKnown }] as const;
    const before = Date.now();
    expect(await one.report(7, count(5, false))).toMatchObject({ elsewhere: [0], isLost: false });
    for (const spent of [5, 5, 3]) await one.report(7, count(spent));
    const answer = await other.report(7, count(2, false));
    expect(answer).toMatchObject({ elsewhere: [5], isLost: false });
    expect(Math.abs((answer?.time ?? 0) - before)).toBeLessThan(60_000);
    expect(await one.report(7, count(6))).toMatchObject({ elsewhere: [2] });
    expect(await one.report(8, count(1))).toMatchObject({ elsewhere: [0], isLost: true });
  });
});

describeOwnRedis('limits while Redis does not work', () => {
  it('are those of the process, while Redis hangs, is away, or is full', async () => {
    await using redis = await startRedis();
    await using replicas = createReplicas({ url: redis.url });
    const [one, other] = [await replicas.start(), await replicas.start()];
    other.admitted('ada', 100);
    await replicas.report();
    one.admitted('ada', 100);
    await replicas.report();

    redis.pause();
    expect(one.admitted('ada', 100)).toBe(100);
    await replicas.report();
    redis.resume();
    await redis.limitMemory(1);
    expect(one.admitted('ada', 100)).toBe(100);
    await replicas.report();
    await redis.stop();
    expect(one.admitted('ada', 1_000)).toBe(200);
    await replicas.report();
    expect(one.admitted('grace', 1_000)).toBe(600);
    replicas.clock.advance(MINUTE);
    expect(one.admitted('ada', 1_000)).toBe(600);
    expect(one.admitted('linus', 1_000)).toBe(600);
  });

  it('are reported later where Redis was away', async () => {
    await using redis = await startRedis();
    await using replicas = createReplicas({ url: redis.url, requests: 2 });
    const [one, other] = [await replicas.start(), await replicas.start()];
    await redis.stop();
    const users = Array.from({ length: 500 }, (_, index) => `user ${index}`);
    for (const user of users) one.admits(user);
    await one.counts.report();
    await redis.start();
    await until('Redis is up', () => one.connection.state === 'up' && other.connection.state === 'up');
    await one.counts.report();
    for (const user of users) other.admits(user);
    await other.counts.report();
    expect(users.filter((user) => other.admits(user))).toEqual([]);
  });

  it('are reported for the new minute where the answer comes after the end of the old one', async () => {
    await using redis = await startRedis();
    await using replicas = createReplicas({ url: redis.url });
    const [one, other] = [await replicas.start(), await replicas.start()];
    redis.pause();
    one.admitted('ada', 594);
    const report = one.counts.report();
    replicas.clock.advance(MINUTE);
    one.admitted('ada', 1);
    redis.resume();
    await report;
    expect(one.admitted('ada', 593)).toBe(593);
    await one.counts.report();
    other.admitted('ada', 6);
    await other.counts.report();
    expect(other.admits('ada')).toBe(false);
  });

  it('are the own ones for a process that has no Redis yet, and go on in the minute of Redis', async () => {
    await using redis = await startRedis();
    await redis.stop();
    await using replicas = createReplicas({ url: redis.url });
    const replica = await replicas.start('does not run');
    expect(replica.admitted('ada', 1_000)).toBe(600);
    expect(() => replica.rates.spendRequest('ada')).toThrow(expect.objectContaining({ retryAfter: 60 }));
    replicas.clock.advance(MINUTE);
    expect(replica.admitted('ada', 1_000)).toBe(600);
    replica.admitted('grace', 300);
    await redis.start();
    await until('Redis is up', () => replica.connection.state === 'up');
    await replica.counts.report();
    expect(replica.admits('ada')).toBe(false);
    expect(replica.admitted('grace', 1_000)).toBe(300);
    replicas.clock.advance(50_000);
    expect(replica.admits('grace')).toBe(true);
    expect(replica.admits('ada')).toBe(false);
    replicas.clock.advance(10_000);
    expect(replica.admits('ada')).toBe(true);
  });

  it.each(['is emptied', 'was away and is back empty'])(
    'keep what is known, and tell it again, where Redis %s',
    async (how) => {
      await using redis = await startRedis();
      await using replicas = createReplicas({ url: redis.url });
      const [one, other] = [await replicas.start(), await replicas.start()];
      one.admitted('ada', 594);
      one.admitted('grace', 300);
      one.admitted('linus', 500);
      await one.counts.report();
      other.admitted('linus', 6);
      other.admitted('ada', 6);
      await other.counts.report();
      if (how === 'is emptied') await redis.flush();
      else {
        await redis.stop();
        await until('it is seen', () => other.connection.state === 'down');
        await redis.start();
        await until('Redis is up', () => one.connection.state === 'up' && other.connection.state === 'up');
      }
      expect(other.admitted('linus', 6)).toBe(6);
      await other.counts.report();
      expect(other.admitted('linus', 1_000)).toBe(88);
      expect(other.admits('ada')).toBe(false);
      // On the same connection, one count that is reported shows that the others are lost.
      if (how === 'is emptied') one.admitted('grace', 6);
      await replicas.report();
      expect(other.admits('ada')).toBe(false);
      await replicas.report();
      const fresh = await replicas.start();
      fresh.admitted('ada', 6);
      await fresh.counts.report();
      expect(fresh.admits('ada')).toBe(false);
    },
  );
});

async function keysOf(
  { command }: { command(...words: readonly string[]): Promise<unknown> },
  { projectId }: { readonly projectId: string },
): Promise<readonly string[]> {
  const keys = await command('KEYS', `sag:${projectId}:count:*`);
  return Array.isArray(keys) ? keys.map(String) : [];
}
