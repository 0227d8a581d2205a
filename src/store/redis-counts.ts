// Counts in Redis: for each user or address and minute one hash, with what each process has spent.
import { createHmac } from 'node:crypto';
import type { CountKind } from '../rate-limit/shared-counter.ts';
import type { CountStore, ReportAnswer, ReportedCount } from '../rate-limit/shared-counts.ts';
import { randomId } from './random-id.ts';
import { isCount, redisScript } from './redis-command.ts';
import type { RedisConnection } from './redis-connection.ts';

/** All replicas have the same `secret`: by it the names in keys are hashed. It cannot be found out from them. */
export interface RedisCountsOptions {
  readonly connection: Pick<RedisConnection, 'run' | 'onConnect'>;
  readonly projectId: string;
  readonly secret: string;
}

/** Milliseconds from the first report: longer than the minute that is counted. */
const LIFETIME = 120_000;

/**
 * KEYS: the counts. ARGV: this process, the milliseconds of a count, and for each key what was spent and whether it is known.
 * Returns the time, whether a known count is missing, and what others have spent. A report that is executed late does not
 * replace a later one.
 */
const REPORT = redisScript(`
local time = redis.call('TIME')
local lost = 0
local elsewhere = {}
for index, key in ipairs(KEYS) do
  local spent = tonumber(ARGV[index * 2 + 1])
  local before = redis.call('HGET', key, ARGV[1])
  if not before or tonumber(before) < spent then
    redis.call('HSET', key, ARGV[1], spent)
  else
    spent = tonumber(before)
  end
  if not before then
    redis.call('PEXPIRE', key, ARGV[2])
    if ARGV[index * 2 + 2] == '1' then lost = 1 end
  end
  local sum = -spent
  for _, each in ipairs(redis.call('HVALS', key)) do sum = sum + each end
  elsewhere[index] = sum
end
return {time[1] * 1000 + math.floor(time[2] / 1000), lost, elsewhere}
`);

/** Creates the store for one process, which has a random name in it. The connection must not have been started. */
export function createRedisCounts({ connection, projectId, secret }: RedisCountsOptions): CountStore {
  const self = randomId();
  const nameOf = (kind: CountKind, name: string) =>
    createHmac('sha256', secret).update(`rate-limit ${kind} ${name}`).digest('base64url').slice(0, 22);
  const keyOf = (window: number, { kind, name }: ReportedCount) =>
    `sag:${projectId}:count:${window}:${nameOf(kind, name)}`;
  return {
    async report(window, counts) {
      const numbers = counts.flatMap(({ spent, isKnown }) => [String(spent), isKnown ? '1' : '0']);
      const reply = await connection.run({
        name: 'report-counts',
        script: REPORT,
        keys: counts.map((count) => keyOf(window, count)),
        args: [self, String(LIFETIME), ...numbers],
      });
      return reply.kind === 'reply' ? readAnswer(reply.value, counts.length) : undefined;
    },
    onLoss: (listener) => connection.onConnect(({ isOtherServer }) => isOtherServer && listener()),
  };
}

/** `undefined` where it is none: what is no number would end the limits. */
function readAnswer(value: unknown, length: number): ReportAnswer | undefined {
  if (!Array.isArray(value)) return undefined;
  const [time, lost, elsewhere]: readonly unknown[] = value;
  if (!isCount(time) || !Array.isArray(elsewhere)) return undefined;
  if (elsewhere.length !== length || !elsewhere.every(isCount)) return undefined;
  return { time, isLost: lost === 1, elsewhere };
}
