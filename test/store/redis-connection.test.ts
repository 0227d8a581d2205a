import { expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { EventOf, ServerEvent } from '../../src/core/events.ts';
import { probeRedis } from '../../src/store/probe-redis.ts';
import { redisScript } from '../../src/store/redis-command.ts';
import {
  type ConnectListener,
  createRedisConnection,
  type RedisConnection,
  type RedisConnectionOptions,
} from '../../src/store/redis-connection.ts';
import { createClock } from '../support/clock.ts';
import { describeOwnRedis, startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

describeOwnRedis('the connection to Redis', () => {
  const get = (key: string) => ({ name: 'read-copy', words: ['GET', key] }) as const;

  it('answers commands and scripts, and delivers messages', async () => {
    await using redis = await startRedis();
    await using opened = open(redis.url);
    const { connection } = opened;
    await until('Redis is up', () => opened.connection.state === 'up');
    expect(await connection.run({ name: 'store-copy', words: ['SET', 'a', '1'] })).toMatchObject({
      value: 'OK',
    });
    const script = redisScript('return {KEYS[1], ARGV[1], 5}');
    const ask = () => connection.run({ name: 'read-copy', script, keys: ['k'], args: ['v'] });
    expect(await ask()).toEqual({ kind: 'reply', value: ['k', 'v', 5] });
    await redis.command('SCRIPT', 'FLUSH');
    expect(await ask()).toEqual({ kind: 'reply', value: ['k', 'v', 5] });
    await redis.command('PUBLISH', 'news', 'hello');
    await until('the message', () => opened.messages.includes('hello'));
  });

  it('skips commands without Redis, and connects once it is there', async () => {
    await using redis = await startRedis();
    await redis.stop();
    await using opened = open(redis.url);
    await until('a state', () => opened.states().length > 0);
    expect(opened.states()).toEqual([{ kind: 'redis', state: 'down', because: 'ECONNREFUSED' }]);
    expect(await opened.connection.run(get('a'))).toEqual({ kind: 'failed', because: 'skipped' });
    await redis.start();
    await until('Redis is up', () => opened.connection.state === 'up');
    expect(opened.connects).toEqual([{ isFirst: true, isOtherServer: false }]);
  });

  it('gives a command that is not answered its time, and skips Redis after five of them', async () => {
    await using redis = await startRedis();
    await using opened = open(redis.url, { pingInterval: 10_000 });
    await until('Redis is up', () => opened.connection.state === 'up');
    redis.pause();
    for (let sent = 0; sent < 5; sent += 1)
      expect(await opened.connection.run(get('a'))).toEqual({ kind: 'failed', because: 'timeout' });
    expect(opened.connection.state).toBe('slow');
    expect(await opened.connection.run(get('a'))).toEqual({ kind: 'failed', because: 'skipped' });
    const posted = opened.connection.post(get('a'));
    redis.resume();
    expect(await posted).toEqual({ kind: 'reply', value: null });
  });

  it('uses Redis again when it answers a ping, on the same connection', async () => {
    await using redis = await startRedis();
    await using opened = open(redis.url, { pingInterval: 50 });
    await until('Redis is up', () => opened.connection.state === 'up');
    redis.pause();
    while (opened.connection.state === 'up') await opened.connection.run(get('a'));
    redis.resume();
    await until('Redis is up', () => opened.connection.state === 'up');
    expect(opened.connects).toHaveLength(1);
    expect(opened.states().map(({ state }) => state)).toEqual(['up', 'slow', 'up']);
  });

  it('gives up a connection that does not answer a ping, and opens another', async () => {
    await using redis = await startRedis();
    await using opened = open(redis.url, { pingInterval: 20, pingTimeout: 100, connectTimeout: 100 });
    await until('Redis is up', () => opened.connection.state === 'up');
    redis.pause();
    await until('Redis is down', () => opened.connection.state === 'down');
    redis.resume();
    await until('Redis is up', () => opened.connection.state === 'up');
    expect(opened.connects).toEqual([
      { isFirst: true, isOtherServer: false },
      { isFirst: false, isOtherServer: false },
    ]);
  });

  it('tells that another server answers after a restart, and subscribes again', async () => {
    await using redis = await startRedis();
    await using opened = open(redis.url);
    await until('Redis is up', () => opened.connection.state === 'up');
    await redis.stop();
    await until('Redis is down', () => opened.connection.state === 'down');
    await redis.start();
    await until('the second connection', () => opened.connects.length === 2);
    expect(opened.connects[1]).toEqual({ isFirst: false, isOtherServer: true });
    await redis.command('PUBLISH', 'news', 'again');
    await until('the message', () => opened.messages.includes('again'));
    expect(opened.states().map(({ state }) => state)).toEqual(['up', 'down', 'up']);
  });

  it('waits longer after each connection that does not last', async () => {
    await using redis = await startRedis();
    const clock = createClock();
    await using opened = open(redis.url, { clock, reconnectPause: 20 });
    const reconnect = async () => {
      const count = opened.connects.length;
      const began = performance.now();
      await redis.command('CLIENT', 'KILL', 'TYPE', 'PUBSUB');
      await until('the next connection', () => opened.connects.length > count);
      return performance.now() - began;
    };
    await until('Redis is up', () => opened.connection.state === 'up');
    let taken = 0;
    for (let time = 0; time < 5; time += 1) taken += await reconnect();
    // 1, 2, 4, 8 and 8 pauses, each of which may be a quarter shorter.
    expect(taken).toBeGreaterThan(23 * 20 * 0.75 - 5);
    // No longer pause takes less than this.
    await until('a short pause after a connection that has lasted', async () => {
      clock.advance(10_000);
      return (await reconnect()) < 8 * 20 * 0.75 - 5;
    });
  });

  it('never sends again what was not answered when the connection broke', async () => {
    await using redis = await startRedis();
    await using opened = open(redis.url, { postTimeout: 5_000 });
    await until('Redis is up', () => opened.connection.state === 'up');
    redis.pause();
    const lost = opened.connection.post({ name: 'evict', words: ['INCR', 'n'] });
    await redis.stop();
    expect(await lost).toEqual({ kind: 'failed', because: 'lost' });
    await redis.start();
    await until('Redis is up', () => opened.connection.state === 'up');
    expect(await opened.connection.run(get('n'))).toEqual({ kind: 'reply', value: null });
  });

  it('tells that Redis refuses, and goes on', async () => {
    await using redis = await startRedis();
    await using opened = open(redis.url);
    await until('Redis is up', () => opened.connection.state === 'up');
    await redis.limitMemory(1);
    const set = { name: 'store-copy', words: ['SET', 'a', '1'] } as const;
    for (let sent = 0; sent < 6; sent += 1)
      expect(await opened.connection.run(set)).toEqual({ kind: 'failed', because: 'refused' });
    expect(opened.connection.state).toBe('up');
    expect(opened.events.at(-1)).toMatchObject({
      kind: 'redis-command',
      command: 'store-copy',
      outcome: 'refused',
    });
  });

  it('does not use a replica, which takes no writes', async () => {
    await using redis = await startRedis(['--replicaof', '127.0.0.1 1']);
    await using opened = open(redis.url);
    await until('a state', () => opened.states().length > 0);
    expect(opened.states()[0]).toMatchObject({ state: 'down', because: 'READONLY' });
    await redis.command('REPLICAOF', 'NO', 'ONE');
    await until('Redis is up', () => opened.connection.state === 'up');
    await redis.command('REPLICAOF', '127.0.0.1', '1');
    await opened.connection.run({ name: 'store-copy', words: ['SET', 'a', '1'] });
    expect(opened.connection.state).toBe('down');
  });

  it('does not use a cluster, even of one server', async () => {
    await using redis = await startRedis(['--cluster-enabled', 'yes']);
    await redis.command('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
    await until('the cluster is up', async () =>
      String(await redis.command('CLUSTER', 'INFO')).includes('cluster_state:ok'),
    );
    await using opened = open(redis.url);
    await until('a state', () => opened.states().length > 0);
    expect(opened.states()[0]).toMatchObject({ state: 'down', because: 'CROSSSLOT' });
    expect(await probeRedis(redis.url, 3_000)).toEqual({ problem: 'CROSSSLOT' });
  });

  it('tells a wrong password by the code alone', async () => {
    await using redis = await startRedis(['--requirepass', 'right']);
    await using wrong = open(redis.url.replace('//', '//:wrong@'));
    await using right = open(redis.url.replace('//', '//:right@'));
    await until('both attempts', () => wrong.states().length > 0 && right.connection.state === 'up');
    expect(JSON.stringify(wrong.events)).not.toMatch(/wrong@|:wrong|"wrong"/);
    expect(wrong.states()[0]).toMatchObject({ state: 'down', because: 'WRONGPASS' });
  });
});

interface Opened extends AsyncDisposable {
  readonly connection: RedisConnection;
  readonly events: readonly ServerEvent[];
  readonly messages: readonly string[];
  readonly connects: readonly Parameters<ConnectListener>[0][];
  states(): readonly EventOf<'redis'>[];
}

function open(url: string, options: Partial<RedisConnectionOptions> = {}): Opened {
  const events: ServerEvent[] = [];
  const messages: string[] = [];
  const connects: Parameters<ConnectListener>[0][] = [];
  const connection = createRedisConnection({
    url,
    clock: systemClock,
    emit: (event) => events.push(event),
    reconnectPause: 20,
    ...options,
  });
  connection.subscribe('news', (message) => messages.push(message));
  connection.onConnect((connect) => connects.push(connect));
  connection.start();
  return {
    connection,
    events,
    messages,
    connects,
    states: () => events.filter((event) => event.kind === 'redis'),
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
