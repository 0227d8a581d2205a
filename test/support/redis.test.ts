import { expect, it } from 'vitest';
import { describeOwnRedis, describeRedis, openRedis, startRedis } from './redis.ts';
import { sendCommand } from './redis-command.ts';
import { startSlowProxy } from './slow-proxy.ts';

describeRedis('the Redis of tests', () => {
  it('answers commands', async () => {
    await using redis = await openRedis();
    expect(await redis.command('PING')).toBe('PONG');
    expect(await redis.command('EVAL', 'return {1, ARGV[1], {}, false}', 0, 'ä')).toEqual([1, 'ä', [], null]);
    await expect(redis.command('NO-SUCH-COMMAND')).rejects.toThrow('unknown command');
  });
});

describeOwnRedis('a redis-server of the test', () => {
  it('loses everything when it is stopped, and keeps its port', async () => {
    await using redis = await startRedis();
    await redis.command('SET', 'key', 'value');
    await redis.stop();
    await expect(redis.command('PING')).rejects.toThrow('ECONNREFUSED');
    await redis.start();
    expect(await redis.command('GET', 'key')).toBe(null);
  });

  it('answers nothing while it is paused', async () => {
    await using redis = await startRedis();
    redis.pause();
    let isAnswered = false;
    const answer = redis.command('PING').finally(() => {
      isAnswered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isAnswered).toBe(false);
    redis.resume();
    expect(await answer).toBe('PONG');
  });

  it('refuses to write beyond its memory', async () => {
    await using redis = await startRedis();
    await redis.limitMemory(1);
    await expect(redis.command('SET', 'key', 'value')).rejects.toThrow('OOM');
    await redis.limitMemory(0);
    expect(await redis.command('SET', 'key', 'value')).toBe('OK');
    await redis.flush();
    expect(await redis.command('DBSIZE')).toBe(0);
  });

  it('answers late behind a slow proxy', async () => {
    await using redis = await startRedis();
    await using proxy = await startSlowProxy(redis.port);
    proxy.delay = 30;
    const begun = performance.now();
    expect(await sendCommand(`redis://127.0.0.1:${proxy.port}`, ['PING'])).toBe('PONG');
    expect(performance.now() - begun).toBeGreaterThan(29);
  });
});
