import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createRedisStore } from '../../src/process/redis-store.ts';
import { probeRedis } from '../../src/store/probe-redis.ts';
import { describeOwnRedis, startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

/** The command of the page that creates the server's user. */
function readRule(): readonly string[] {
  const page = readFileSync(new URL('../../docs/redis.md', import.meta.url), 'utf8');
  const [rule] = /^ACL SETUSER server .*$/m.exec(page) ?? [];
  if (rule === undefined) throw new Error('docs/redis.md has no rule');
  return rule.split(' ');
}

const rule = readRule();

describeOwnRedis('the permissions that docs/redis.md gives the server', () => {
  it('suffice for copies, evictions, counts and the doctor', async () => {
    await using redis = await startRedis();
    await redis.command(...rule);
    expect(await use(redis.url)).toEqual({ copy: 'text', isEvicted: true, message: 'gone', count: [0] });
    expect(await redis.command('ACL', 'LOG')).toEqual([]);
    expect(await probeRedis(asServer(redis.url), 3_000)).toHaveProperty('version');
  });

  it.each(['+mget', '+set', '+del', '+publish', '+hset', '+hvals', '+info|server'])(
    'are not sufficient without %s',
    async (permission) => {
      await using redis = await startRedis();
      await redis.command(...rule.filter((word) => word !== permission));
      const used = await use(redis.url);
      const probed = await probeRedis(asServer(redis.url), 3_000);
      expect([used, probed]).not.toEqual([
        { copy: 'text', isEvicted: true, message: 'gone', count: [0] },
        expect.objectContaining({ version: expect.any(String) }),
      ]);
    },
  );

  it('reach nothing else', async () => {
    await using redis = await startRedis();
    await redis.command(...rule);
    const dryRun = (...command: readonly string[]) => redis.command('ACL', 'DRYRUN', 'server', ...command);
    expect(await dryRun('GET', 'sag:p:x')).toBe('OK');
    for (const command of [
      ['GET', 'other'],
      ['KEYS', '*'],
      ['FLUSHALL'],
      ['CONFIG', 'GET', '*'],
      ['SUBSCRIBE', 'other'],
    ])
      expect(await dryRun(...command)).not.toBe('OK');
  });
});

function asServer(url: string): string {
  return url.replace('//', '//server:password@');
}

/** Uses all of a store, for as long as it takes to connect where that is permitted. */
async function use(url: string) {
  const config = {
    projectId: 'p',
    secretServerKey: 'ssk_test',
    redisUrl: asServer(url),
    profileCache: { ttl: 30_000, staleMax: 30_000, max: 1, maxBytes: 1 },
  };
  let state: string | undefined;
  const emit = (event: { readonly kind: string; readonly state?: string }) => {
    if (event.kind === 'redis') state = event.state;
  };
  const store = createRedisStore({ config, emit, clock: systemClock, connection: { commandTimeout: 1_000 } });
  let message: string | undefined;
  store.copies.onMessage((text) => {
    message = text;
  });
  store.start();
  try {
    await until('a state of the connection', () => state);
    const key = { kind: 'profile', userId: 'ada', teamId: undefined };
    const generations = (await store.copies.read(key))?.generations;
    if (generations) await store.copies.write(key, { generations, text: 'text', showsTeams: false });
    const copy = (await store.copies.read(key))?.copy?.text;
    const isEvicted = await store.copies.evict([{ scope: { userId: 'ada' }, message: 'gone' }]);
    if (isEvicted) await until('the message', () => message);
    const counts = [{ kind: 'user', name: 'ada', spent: 1, isKnown: false }] as const;
    return { copy, isEvicted, message, count: (await store.counts.report(1, counts))?.elsewhere };
  } finally {
    await store.close();
  }
}
