// The built servers of a soak: one, or several that share a Redis.
import { type OwnRedis, startRedis } from '../../test/support/redis.ts';
import type { Random } from '../load/random.ts';
import { type BuiltServer, startBuiltServer } from './built-server.ts';

/** The servers of a run. */
export interface SoakServers {
  readonly all: readonly BuiltServer[];
  readonly redis: OwnRedis | undefined;
  /** One of them, another one at each use. */
  readonly any: Pick<BuiltServer, 'url' | 'stepClock' | 'stallLog'>;
  /** How the first of them has ended that has. */
  readonly ended: string | undefined;
  /** What ails any of them. */
  degraded(): Promise<readonly string[]>;
  /** How they ended: `0` where all did so well. */
  end(): Promise<string>;
}

/** Starts them. */
export async function startSoakServers(
  count: number,
  { env, random }: { readonly env: Readonly<Record<string, string>>; readonly random: Random },
): Promise<SoakServers> {
  const redis = count > 1 ? await startRedis() : undefined;
  const settings = { ...env, ...(redis && { REDIS_URL: redis.url }) };
  const all = await Promise.all(Array.from({ length: count }, () => startBuiltServer(settings)));
  let stepped: BuiltServer | undefined;
  return {
    all,
    redis,
    any: {
      get url() {
        return random.pick(all).url;
      },
      // The clock that was stepped is stepped back.
      stepClock() {
        const server = stepped ?? random.pick(all);
        stepped = stepped ? undefined : server;
        server.stepClock();
      },
      stallLog: () => random.pick(all).stallLog(),
    },
    get ended() {
      return all.find(({ ended }) => ended !== undefined)?.ended;
    },
    async degraded() {
      const found = await Promise.all(
        all.map(async ({ url, ended }) => {
          if (ended !== undefined) return ['ended'];
          const answer = await fetch(`${url}/ready`);
          return ((await answer.json()) as { readonly degraded: readonly string[] }).degraded;
        }),
      );
      return found.flat();
    },
    async end() {
      const ends = await Promise.all(all.map((server) => server.ended ?? server.end()));
      await redis?.[Symbol.asyncDispose]();
      return ends.find((end) => end !== '0') ?? '0';
    },
  };
}
