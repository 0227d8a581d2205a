// Everything that can be wrong, one after the other in an order that the seed decides: with the provider, with the machine,
// and with other clients.
import { setTimeout } from 'node:timers/promises';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { Fault } from '../../src/emulator/fault.ts';
import type { Target } from '../../src/emulator/traffic.ts';
import type { OwnRedis } from '../../test/support/redis.ts';
import type { Attack } from '../attacks/attack.ts';
import { unreadAnswers } from '../attacks/large-profiles.ts';
import { slowBodies, stalledBodies, tinyChunks } from '../attacks/slow-bodies.ts';
import type { People, Person } from '../load/people.ts';
import type { Random } from '../load/random.ts';
import type { BuiltServer } from '../run/built-server.ts';
import { type ProviderHistory, type Trouble, UPSTREAM_RATE_LIMITED } from './provider-history.ts';
import type { TcpProxy } from './tcp-proxy.ts';

/** Ends a trouble. */
type Heal = () => void | Promise<void>;

/** How a kind of trouble is made. `begin` gives its end. */
interface Kind {
  readonly name: string;
  readonly fieldCodes?: readonly string[];
  readonly hidesKeys?: boolean;
  /** Chooses the one user whom it concerns; where it is absent, it concerns all. */
  readonly chooseUser?: () => Person;
  /** Milliseconds for which that user may show it after its end. */
  readonly lastsForUser?: number;
  /** Whether replicas may not hear of each other's changes meanwhile. */
  readonly partsReplicas?: boolean;
  begin(user: Person | undefined): Heal | Promise<Heal>;
}

/** Where troubles are made, and where it is seen that they are over. */
export interface TroublesOptions {
  readonly emulator: Emulator;
  readonly people: People;
  readonly proxy: TcpProxy;
  readonly server: Pick<BuiltServer, 'url' | 'stepClock' | 'stallLog'>;
  /** What the replicas share, if there are several. */
  readonly redis: OwnRedis | undefined;
  readonly history: ProviderHistory;
  readonly random: Random;
  /** Only troubles whose names contain this text. */
  readonly only: string;
  /** What ails, as the server itself says. */
  readonly degraded: () => Promise<readonly string[]>;
  /** Milliseconds that a call may hang that began before the end of a trouble. */
  readonly upstreamTimeout: number;
  /** Told of a trouble whose consequences last for too long. */
  readonly onLasting: (trouble: Trouble) => void;
}

/** Milliseconds after which nothing may be left of a trouble. */
export const RECOVERY = 15_000;

/** Milliseconds for which single users are paused whose calls failed or were limited: the longest `Retry-After` of a trouble. */
const USER_PAUSE = 6_000;

/** The longest pause of one user after a 429, whatever `Retry-After` says, and some for the answer that follows. */
const LONGEST_USER_PAUSE = 62_000;

/** Milliseconds after which a trouble of one user, which has ended, may not be seen of others. */
const OTHERS_RECOVERY = 1_500;

const UNAVAILABLE = ['UPSTREAM_UNAVAILABLE'];
const LIMITED = [UPSTREAM_RATE_LIMITED];

/** How the name of a trouble begins that concerns one user whom the server does not know yet. */
export const NEWCOMER = 'one user, a newcomer';

/** Makes one trouble after the other until the signal aborts, and waits after each until it is over. */
export async function makeTroubles(options: TroublesOptions, signal: AbortSignal): Promise<void> {
  const { random, history, people } = options;
  for (let kinds: readonly Kind[] = []; !signal.aborted; ) {
    if (kinds.length === 0)
      kinds = random.shuffle(createKinds(options).filter(({ name }) => name.includes(options.only)));
    const [kind, ...rest] = kinds;
    kinds = rest;
    if (!kind) throw new Error(`No trouble is named ${options.only}`);
    const { name, fieldCodes = [], hidesKeys = false, chooseUser, lastsForUser = 0, partsReplicas } = kind;
    const user = chooseUser?.();
    const trouble = history.begin({ name, fieldCodes, hidesKeys, partsReplicas, userId: user?.id });
    people.failing = user;
    const heal = await kind.begin(user);
    await pause(random.between(2_000, 6_000), signal);
    await heal();
    trouble.healedAt = Date.now();
    await recover(trouble, options);
    people.failing = undefined;
    trouble.until = user ? trouble.healedAt + lastsForUser : Date.now();
    await pause(random.between(1_000, 4_000), signal);
  }
}

async function recover(trouble: Trouble, options: TroublesOptions): Promise<void> {
  const { degraded, upstreamTimeout, onLasting } = options;
  const healedAt = Date.now();
  // By then, hanging calls and the requests that share them have ended, and the pauses of single users.
  await setTimeout(trouble.userId === undefined ? upstreamTimeout + USER_PAUSE + 500 : OTHERS_RECOVERY);
  for (let wellFor = 0; wellFor < 2; await setTimeout(250)) {
    wellFor = (await degraded()).length === 0 ? wellFor + 1 : 0;
    if (Date.now() - healedAt > RECOVERY) {
      onLasting(trouble);
      break;
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, { signal }).catch(() => {});
}

function createKinds(options: TroublesOptions): readonly Kind[] {
  const { emulator, people, proxy, server, history, random } = options;
  const { control } = emulator;

  const fail = (target: Target, fault: Fault) => () => control.fail(target, fault);
  const ofProfile = (name: string, fault: Fault, fieldCodes: readonly string[] = UNAVAILABLE): Kind => ({
    name: `profile: ${name}`,
    fieldCodes,
    begin: fail('profile', fault),
  });
  const ofKeys = (name: string, fault: Fault): Kind => ({
    name: `keys: ${name}`,
    hidesKeys: true,
    begin: fail('jwks', fault),
  });
  const ofAll = (name: string, begin: Kind['begin']): Kind => ({
    name: `all: ${name}`,
    fieldCodes: UNAVAILABLE,
    hidesKeys: true,
    begin,
  });
  const ofAttack = (attack: Attack): Kind => ({
    name: `attack: ${attack.name}`,
    begin: () => {
      const over = new AbortController();
      void attack.run({ url: server.url, emulator }, over.signal);
      return () => over.abort();
    },
  });
  // As a gateway answers: the provider itself refuses by a known error or in plain text.
  const status = (
    code: number,
    headers: Record<string, string> = {},
    body = '<p>nothing of use</p>',
  ): Fault => ({
    kind: 'status',
    status: code,
    headers: { 'content-type': 'text/html', ...headers },
    body,
  });
  const plainText = { 'content-type': 'text/plain; charset=utf-8' };
  const knownError = (code: string) => status(400, { 'x-stack-known-error': code });
  const ofOneUser = (name: string, fault: Fault): readonly Kind[] => {
    const isLimit = fault.kind === 'status' && fault.status === 429;
    const same: Omit<Kind, 'name'> = {
      fieldCodes: isLimit ? LIMITED : UNAVAILABLE,
      lastsForUser: isLimit ? LONGEST_USER_PAUSE : USER_PAUSE + 500,
      begin: (user) => (user ? control.fail('profile', fault, { userId: user.id }) : () => {}),
    };
    return [
      { ...same, name: `${NEWCOMER}: ${name}`, chooseUser: people.addNew },
      { ...same, name: `one user: ${name}`, chooseUser: people.pickOther },
    ];
  };
  const rotate = async (keepOld: boolean) => {
    await control.rotateKeys({ keepOld });
    const callsBefore = control.calls().jwks;
    history.rotate({ generation: people.turnGeneration(), keepsOld: keepOld, callsBefore });
    return () => {};
  };

  return [
    ...(options.redis ? createRedisKinds(options.redis) : []),
    ...[302, 400, 403, 404, 500, 502, 503].map((code) => ofProfile(`status ${code}`, status(code))),
    ofProfile('status 403 in plain text', status(403, plainText, 'error code: 1020')),
    ofProfile('refused in plain text', status(403, plainText, 'Clients can only read their own.'), [
      'INTERNAL_SERVER_ERROR',
    ]),
    ofProfile('429', status(429), LIMITED),
    ofProfile('429, come back soon', status(429, { 'retry-after': '1' }), LIMITED),
    ofProfile('429, come back later', status(429, { 'retry-after': '6' }), LIMITED),
    ofProfile('garbage', { kind: 'garbage' }),
    ofProfile('a page', { kind: 'body', body: '<html>', contentType: 'text/html' }),
    ofProfile('another shape', { kind: 'body', body: '{"id":"x"}' }),
    ofProfile('five megabytes', { kind: 'body', body: `"${'x'.repeat(5_000_000)}"` }),
    ofProfile('another user', { kind: 'otherUser', userId: random.pick(people.all).id }),
    ofProfile('reset', { kind: 'reset' }),
    ofProfile('no HTTP', { kind: 'notHttp' }),
    ofProfile('hang', { kind: 'hang' }),
    ofProfile('half', { kind: 'half' }),
    ofProfile('slow', { kind: 'slow', ms: random.between(50, 800) }),
    ofProfile('too slow', { kind: 'slow', ms: random.between(2_500, 4_000) }),
    ofProfile('wrong key', knownError('INVALID_SECRET_SERVER_KEY'), ['INTERNAL_SERVER_ERROR']),
    ofProfile('expired', knownError('ACCESS_TOKEN_EXPIRED'), ['UNAUTHENTICATED/EXPIRED_TOKEN']),
    ofProfile('gone', knownError('USER_NOT_FOUND'), ['UNAUTHENTICATED/USER_GONE']),
    ofKeys('status 500', status(500)),
    ofKeys('status 404', status(404)),
    ofKeys('garbage', { kind: 'garbage' }),
    ofKeys('none', { kind: 'body', body: '{"keys":[]}' }),
    ofKeys('hang', { kind: 'hang' }),
    ofAll('status 503', fail('all', status(503))),
    ofAll('reset', fail('all', { kind: 'reset' })),
    ofAll('hang', fail('all', { kind: 'hang' })),
    ofAll('unreachable', () => {
      proxy.cut();
      return () => proxy.mend();
    }),
    ...[403, 431, 500].flatMap((code) => ofOneUser(`status ${code}`, status(code))),
    ...ofOneUser('429, come back in an hour', status(429, { 'retry-after': '3600' })),
    ...[tinyChunks, stalledBodies, slowBodies, unreadAnswers].map(ofAttack),
    {
      name: 'the clock steps by an hour',
      begin: () => {
        server.stepClock();
        return () => server.stepClock();
      },
    },
    { name: 'the log is not read', begin: () => server.stallLog() },
    { name: 'rotation, old keys kept', begin: () => rotate(true) },
    { name: 'rotation, old keys gone', begin: () => rotate(false) },
    {
      ...ofKeys('rotation meanwhile', { kind: 'reset' }),
      begin: async () => {
        const heal = control.fail('jwks', { kind: 'reset' });
        await rotate(random.between(0, 1) < 0.5);
        return heal;
      },
    },
  ];
}

/** Nothing of these may be seen but that changes reach other replicas late. */
function createRedisKinds(redis: OwnRedis): readonly Kind[] {
  const ofRedis = (name: string, begin: Kind['begin']): Kind => ({
    name: `redis: ${name}`,
    partsReplicas: true,
    begin,
  });
  const stop = async () => {
    await redis.stop();
    return () => redis.start();
  };
  return [
    ofRedis('hangs', () => {
      redis.pause();
      return () => redis.resume();
    }),
    ofRedis('gone, and back empty', stop),
    ofRedis('gone for ten seconds', async () => {
      const start = await stop();
      await setTimeout(8_000);
      return start;
    }),
    {
      name: 'redis: full',
      begin: async () => {
        await redis.limitMemory(1);
        return () => redis.limitMemory(0);
      },
    },
    {
      name: 'redis: wiped',
      begin: async () => {
        await redis.flush();
        return () => redis.flush();
      },
    },
  ];
}
