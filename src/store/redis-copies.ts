// Copies in Redis. Every rule about generations is a script, so that nothing happens between a comparison and what follows from it.
import type {
  CopyStore,
  EvictionScope,
  Generations,
  StoredFetch,
  StoredKey,
  StoredRead,
} from './copy-store.ts';
import { randomId } from './random-id.ts';
import { isCount, type RedisReply, redisScript } from './redis-command.ts';
import type { RedisConnection } from './redis-connection.ts';

/** `ttl` is in milliseconds; `version` is that of the copies' shape. */
export interface RedisCopiesOptions {
  readonly connection: RedisConnection;
  readonly projectId: string;
  readonly version: string;
  readonly ttl: number;
}

/** Bytes of a copy. A larger one is not stored: Redis would answer nothing else meanwhile. */
const MAX_TEXT = 262_144;

/** How much longer than a copy a generation is kept: longer than any call, in milliseconds. */
const LONGEST_CALL = 300_000;

/** Evictions in one command. */
const MAX_EVICTIONS = 100;

/** A copy's header: when its fetch began by Redis' clock, and its generations, `-` where it shows no team. */
const HEADER = "'^(%d+) (%S+) (%S+) (%S+) ()'";

/**
 * KEYS: copy, generation of the user, of the teams, of everything. ARGV: a random id, the milliseconds of a generation, and whether the copy is
 * asked for. Returns the time, the generations, and time and text of a valid copy. The id of a generation has the time, so that a
 * script which is executed late or twice does not bring back one that has ended.
 */
const READ = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = redis.call('MGET', KEYS[2], KEYS[3], KEYS[4])
if ARGV[3] == '1' then
  local copy = redis.call('GET', KEYS[1])
  if copy then
    local at, user, teams, all, start = string.match(copy, ${HEADER})
    if at and user == found[1] and all == found[3] and (teams == '-' or teams == found[2]) then
      return {now, found[1], found[2] or '', found[3], tonumber(at), string.sub(copy, start)}
    end
  end
end
for index = 1, 3 do
  if not found[index] then
    local id = ARGV[1] .. '.' .. time[1] .. '.' .. time[2]
    local created = redis.pcall('SET', KEYS[index + 1], id, 'NX', 'PX', ARGV[2])
    found[index] = created and created.ok and id or ''
  end
end
return {now, found[1], found[2], found[3]}
`);

/** KEYS as above. ARGV: time of the fetch, generations, time of expiry, milliseconds of a generation, text. Returns whether it was stored. */
const WRITE = redisScript(`
local found = redis.call('MGET', KEYS[2], KEYS[3], KEYS[4])
if found[1] ~= ARGV[2] or found[3] ~= ARGV[4] or (ARGV[3] ~= '-' and found[2] ~= ARGV[3]) then return 0 end
local held = redis.call('GET', KEYS[1])
if held then
  local at, user, teams, all = string.match(held, ${HEADER})
  if at and tonumber(at) > tonumber(ARGV[1]) and user == found[1] and all == found[3]
    and (teams == '-' or teams == found[2]) then return 0 end
end
for index = 2, 4 do redis.call('PEXPIRE', KEYS[index], ARGV[6], 'GT') end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. ARGV[4] .. ' ' .. ARGV[7], 'PXAT', ARGV[5])
return 1
`);

/**
 * KEYS: generations. ARGV: the channel, messages. Redis executes both commands also when it is full. The generation ends first: who
 * hears the message finds it ended.
 */
const EVICT = redisScript(`
for index = 1, #KEYS do redis.call('DEL', KEYS[index]) end
for index = 2, #ARGV do redis.call('PUBLISH', ARGV[1], ARGV[index]) end
return 1
`);

/** Creates it. The connection must not have been started. */
export function createRedisCopies({ connection, projectId, version, ttl }: RedisCopiesOptions): CopyStore {
  const prefix = `sag:${projectId}`;
  const channel = `${prefix}:changes`;
  const generationTtl = String(ttl + LONGEST_CALL);

  const generationOf = (scope: EvictionScope) =>
    typeof scope === 'string' ? `${prefix}:generation:${scope}` : `${prefix}:generation:user:${scope.userId}`;
  const keysOf = ({ kind, userId, teamId }: StoredKey) => [
    `${prefix}:copy:${version}:${kind}:${userId}${teamId === undefined ? '' : `:${teamId}`}`,
    generationOf({ userId }),
    generationOf('teams'),
    generationOf('all'),
  ];

  async function read(key: StoredKey, isAsked: '0' | '1'): Promise<StoredRead | undefined> {
    const args = [randomId(), generationTtl, isAsked];
    return readReply(await connection.run({ name: 'read-copy', script: READ, keys: keysOf(key), args }));
  }

  return {
    read: (key) => read(key, '1'),
    readGenerations: async (key) => (await read(key, '0'))?.generations,
    async write(key, fetched) {
      if (Buffer.byteLength(fetched.text) > MAX_TEXT) return;
      const args = argsOf(fetched, { ttl, generationTtl });
      await connection.run({ name: 'store-copy', script: WRITE, keys: keysOf(key), args });
    },
    async evict(evictions) {
      let isDone = true;
      for (let from = 0; isDone && from < evictions.length; from += MAX_EVICTIONS) {
        const some = evictions.slice(from, from + MAX_EVICTIONS);
        const keys = some.map(({ scope }) => generationOf(scope));
        const messages = some.flatMap(({ message }) => message ?? []);
        const reply = await connection.post({
          name: 'evict',
          script: EVICT,
          keys,
          args: [channel, ...messages],
        });
        isDone = reply.kind === 'reply';
      }
      return isDone;
    },
    onMessage: (listener) => connection.subscribe(channel, listener),
    onConnect: (listener) =>
      connection.onConnect(({ isOtherServer }) => listener({ evictions: isOtherServer })),
  };
}

/** By Redis' clock and absolute, so that a command which is executed late stores nothing for longer. */
function argsOf(
  { generations: { now, user, teams, all }, text, showsTeams }: StoredFetch,
  { ttl, generationTtl }: { readonly ttl: number; readonly generationTtl: string },
): readonly string[] {
  return [String(now), user, showsTeams ? teams : '-', all, String(now + ttl), generationTtl, text];
}

function readReply(reply: RedisReply): StoredRead | undefined {
  if (reply.kind === 'failed' || !Array.isArray(reply.value)) return undefined;
  const [now, user, teams, all, at, text]: readonly unknown[] = reply.value;
  if (!isCount(now)) return undefined;
  return {
    generations: generationsOf({ now, user, teams, all }),
    copy: isCount(at) && typeof text === 'string' ? { text, age: now - at } : undefined,
  };
}

/** Redis that is full begins none. */
function generationsOf({
  now,
  ...ids
}: Readonly<Record<'user' | 'teams' | 'all', unknown>> & { readonly now: number }): Generations | undefined {
  const { user, teams, all } = ids;
  if (typeof user !== 'string' || typeof teams !== 'string' || typeof all !== 'string') return undefined;
  return user && teams && all ? { user, teams, all, now } : undefined;
}
