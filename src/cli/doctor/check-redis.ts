// The Redis server that replicas share.
import type { Config } from '../../core/config/config.ts';
import type { Finding } from './finding.ts';

/** Milliseconds for Redis to answer. */
const TIMEOUT = 3_000;

/** Commands wait 50 ms at most, so that one round trip should take much less. */
const SLOW = 20;

/** The oldest version with all commands that are used. */
const OLDEST_MAJOR = 7;

/** Tries it, and changes nothing there. */
export async function checkRedis({ redisUrl }: Pick<Config, 'redisUrl'>): Promise<Finding> {
  const check = 'redis';
  if (redisUrl === undefined) {
    return {
      check,
      status: 'ok',
      code: 'REDIS_OFF',
      message: 'Replicas share nothing: each caches and counts alone, and a change reaches one of them.',
      remedy: 'With more than one replica, set REDIS_URL: docs/redis.md.',
    };
  }
  const { host } = new URL(redisUrl);
  const { probeRedis } = await import('../../store/probe-redis.ts');
  const probe = await probeRedis(redisUrl, TIMEOUT);
  if ('problem' in probe) {
    const { problem } = probe;
    return {
      check,
      status: 'warning',
      code: 'REDIS_UNUSABLE',
      message: `Redis at ${host} cannot be used: ${problem}. The server starts, and works as without Redis.`,
      remedy:
        REMEDIES[problem] ?? 'Check REDIS_URL, and whether this machine reaches Redis (DNS, firewall, TLS).',
      details: { host, problem },
    };
  }
  const { version, milliseconds } = probe;
  const details = { host, version, milliseconds: Math.round(milliseconds) };
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
    return {
      check,
      status: 'warning',
      code: 'REDIS_OLD',
      message: `Redis at ${host} has version ${version}.`,
      remedy: 'Use Redis 7.0 or later, or Valkey.',
      details,
    };
  }
  if (milliseconds > SLOW) {
    return {
      check,
      status: 'warning',
      code: 'REDIS_SLOW',
      message: `Redis at ${host} took ${details.milliseconds} ms for one command: the server waits 50 ms at most.`,
      remedy: 'Run Redis in the network of the server.',
      details,
    };
  }
  const message = `Redis ${version} at ${host} answers, and permits what is needed.`;
  return { check, status: 'ok', code: 'REDIS_GOOD', message, details };
}

const NO_CLUSTER =
  'REDIS_URL leads to a Redis Cluster, which is not supported: use a server without cluster mode.';

const REMEDIES: Readonly<Record<string, string>> = {
  NOAUTH: 'Put the password into REDIS_URL: redis://:password@host:6379.',
  WRONGPASS: 'Check user and password of REDIS_URL: percent-encode what does not belong in a URL.',
  NOPERM: 'Permit the user of REDIS_URL scripts, strings, channels and hashes below sag: (docs/redis.md).',
  READONLY: 'REDIS_URL leads to a replica of Redis: use the endpoint of the primary.',
  CROSSSLOT: NO_CLUSTER,
  MOVED: NO_CLUSTER,
  CLUSTERDOWN: NO_CLUSTER,
};
