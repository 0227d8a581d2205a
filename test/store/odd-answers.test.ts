import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createRedisConnection } from '../../src/store/redis-connection.ts';
import { createRedisCopies } from '../../src/store/redis-copies.ts';
import { createRedisCounts } from '../../src/store/redis-counts.ts';
import { bulk, startOddRedis } from '../support/odd-redis.ts';
import { until } from '../support/until.ts';

const NOW = ':1764441600000\r\n';
const IDS = ['user', 'teams', 'all'].map(bulk).join('');

/** Asks for counts and for a copy where every script is answered like this. */
async function readFrom(answer: string) {
  await using redis = await startOddRedis(answer);
  const connection = createRedisConnection({ url: redis.url, emit: () => {}, clock: systemClock });
  const counts = createRedisCounts({ connection, projectId: 'project', secret: 'secret' });
  const copies = createRedisCopies({ connection, projectId: 'project', version: '1', ttl: 30_000 });
  connection.start();
  try {
    await until('Redis is up', () => connection.state === 'up');
    const count = { kind: 'user', name: 'ada', spent: 5, isKnown: false } as const;
    return {
      report: await counts.report(1, [count]),
      read: await copies.read({ kind: 'profile', userId: 'ada', teamId: undefined }),
    };
  } finally {
    await connection.close();
  }
}

describe('an answer of Redis', () => {
  it('has the counts of others', async () => {
    const { report } = await readFrom(`*3\r\n${NOW}:0\r\n*1\r\n:7\r\n`);
    expect(report).toEqual({ time: 1_764_441_600_000, isLost: false, elsewhere: [7] });
  });

  it.each([
    ['a text', `*3\r\n${NOW}:0\r\n*1\r\n${bulk('x')}`],
    ['a text of a number', `*3\r\n${NOW}:0\r\n*1\r\n${bulk('7')}`],
    ['not a number', `*3\r\n${NOW}:0\r\n*1\r\n,nan\r\n`],
    ['null', `*3\r\n${NOW}:0\r\n*1\r\n_\r\n`],
    ['infinite', `*3\r\n${NOW}:0\r\n*1\r\n,inf\r\n`],
    ['less than nothing', `*3\r\n${NOW}:0\r\n*1\r\n:-1\r\n`],
    ['missing', `*3\r\n${NOW}:0\r\n*0\r\n`],
    ['of no time', '*3\r\n,nan\r\n:0\r\n*1\r\n:7\r\n'],
    ['of a time before all', '*3\r\n:-5\r\n:0\r\n*1\r\n:7\r\n'],
  ])('whose counts are odd is none: %s', async (_what, answer) => {
    expect((await readFrom(answer)).report).toBeUndefined();
  });

  it('has a copy and its age', async () => {
    const { read } = await readFrom(`*6\r\n${NOW}${IDS}:1764441599000\r\n${bulk('{}')}`);
    expect(read?.copy).toEqual({ text: '{}', age: 1_000 });
  });

  it.each([
    ['not a number', `*6\r\n${NOW}${IDS},nan\r\n${bulk('{}')}`],
    ['infinite', `*6\r\n${NOW}${IDS},-inf\r\n${bulk('{}')}`],
    ['by a clock without time', `*6\r\n,nan\r\n${IDS}:1764441599000\r\n${bulk('{}')}`],
  ])('has no copy where its time is odd: %s', async (_what, answer) => {
    expect((await readFrom(answer)).read?.copy).toBeUndefined();
  });
});
