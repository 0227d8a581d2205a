// Tries a Redis server with what this server needs of it.
import { codeOfError, PROBE_KEYS } from './redis-command.ts';
import { openRedisLink } from './redis-link.ts';

/** What a server is, or why it cannot be used: the code of an error. `milliseconds` is one round trip. */
export type RedisProbe =
  | { readonly version: string; readonly milliseconds: number }
  | { readonly problem: string };

/** Connects, runs a script, publishes and subscribes, within `timeout` milliseconds. Changes nothing. Never rejects. */
export async function probeRedis(url: string, timeout: number): Promise<RedisProbe> {
  let end: (error: unknown) => void = () => {};
  const ended = new Promise<never>((_resolve, reject) => {
    end = reject;
  });
  const timer = setTimeout(() => end(new DOMException('No answer', 'TimeoutError')), timeout);
  const link = openRedisLink({ url, timeout, onEnd: end });
  try {
    const probe = (async (): Promise<RedisProbe> => {
      await link.opened;
      const info = String(await link.send(['INFO', 'server']));
      const began = performance.now();
      await link.send(['EVAL', "return redis.call('DEL', KEYS[1], KEYS[2])", '2', ...PROBE_KEYS]);
      const milliseconds = performance.now() - began;
      await link.subscribe('sag:probe', () => {});
      await link.send(['PUBLISH', 'sag:probe', '']);
      return { version: /^(?:valkey|redis)_version:(\S+)/m.exec(info)?.[1] ?? 'unknown', milliseconds };
    })();
    return await Promise.race([probe, ended]);
  } catch (error) {
    return { problem: error instanceof DOMException ? 'TIMEOUT' : codeOfError(error) };
  } finally {
    clearTimeout(timer);
    link.destroy();
  }
}
