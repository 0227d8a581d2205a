import { expect, it } from 'vitest';
import { createMetrics } from '../../src/process/metrics.ts';
import { describeOwnRedis, startRedis } from '../support/redis.ts';
import type { LogLine } from '../support/test-log.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const EMAIL = '{ me { email } }';

describeOwnRedis('a server with Redis', () => {
  const ready = async (test: TestServer) => (await test.fetch('/ready')).json();
  const linesOf = (test: TestServer) =>
    test.logged.map((line): LogLine => JSON.parse(line)).filter(({ msg }) => msg.includes('Redis'));
  const tokenOf = ({ emulator }: TestServer) =>
    emulator.control.mintToken({ userId: emulator.people.ada.id });

  it('starts and serves without it, says so once, and uses it when it is there', async () => {
    await using redis = await startRedis(['--requirepass', 'a-long-password']);
    await redis.stop();
    const url = redis.url.replace('//', '//:a-long-password@');
    await using test = await startTestServer({ env: { REDIS_URL: url } });
    const token = await tokenOf(test);
    expect((await test.ask(EMAIL, { token })).body.data).toEqual({ me: { email: 'ada@example.test' } });
    await until('a line', () => linesOf(test).length > 0);
    expect(await ready(test)).toEqual({ status: 'ready', degraded: ['redis-down'] });
    await redis.start();
    await until('Redis is up', () => test.services.gauges().redis === 'up');
    expect(await ready(test)).toEqual({ status: 'ready', degraded: [] });
    expect(linesOf(test).map(({ level, msg, because }) => [level, msg, because])).toEqual([
      [40, 'Redis cannot be reached: this process caches and counts alone until it is back', 'ECONNREFUSED'],
      [30, 'Redis answers again', undefined],
    ]);
    expect(test.logged.join()).not.toContain('a-long-password');
  });

  it('counts its commands, and what came of them', async () => {
    await using redis = await startRedis();
    await using test = await startTestServer({ env: { REDIS_URL: redis.url } });
    const metrics = createMetrics(test.services);
    await until('Redis is up', () => test.services.gauges().redis === 'up');
    await test.ask(EMAIL, { token: await tokenOf(test) });
    const has = async (line: string) => (await metrics.render()).split('\n').includes(line);
    await until('the copy', () => has('redis_commands_total{command="store-copy",outcome="ok"} 1'));
    expect(await has('redis_commands_total{command="read-copy",outcome="ok"} 1')).toBe(true);
    expect(await has('redis_up 1')).toBe(true);
    expect(await has('profile_lookups_total{from="call"} 1')).toBe(true);
    await redis.stop();
    await until('Redis is down', () => has('redis_up 0'));
    test.services.reads.copies.drop({ kind: 'all' }, 'here');
    await until('a skip', () => has('redis_commands_total{command="evict",outcome="skipped"} 1'));
    expect(await has('server_degraded{what="redis-down"} 1')).toBe(true);
  });
});
