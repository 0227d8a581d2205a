// Faults that are planted into replicas: each breaks one rule, and the model checker must find it.

import type { Services } from '../../src/process/services.ts';
import { EvictionChannel } from '../../src/provider/cache/eviction-channel.ts';
import { type RunningCall, RunningCalls } from '../../src/provider/cache/running-calls.ts';
import { SecondLayer } from '../../src/provider/cache/second-layer.ts';
import type { CallerRequest } from '../../src/provider/send.ts';
import type { CopyStore, Eviction, StoredKey } from '../../src/store/copy-store.ts';
import { type FleetOptions, MARKER } from './fleet.ts';
import type { PlantInStore } from './model-store.ts';
import type { GroupName } from './step-groups.ts';

/** A fault: settings of the fleet, and what plants it outside of the replicas. */
export interface Fault {
  readonly fleet?: Partial<FleetOptions>;
  /** Returns what removes it. */
  readonly plant?: () => () => void;
}

type Reads = Services['reads'];
type Drop = Reads['copies']['drop'];

/** Replaces a method until the returned function is called. */
function replace<T extends object, K extends keyof T>(
  owner: T,
  name: K,
  by: (own: T[K]) => T[K],
): () => void {
  const own = owner[name];
  owner[name] = by(own);
  return () => {
    owner[name] = own;
  };
}

/** Replicas whose reads are changed. */
function withReads(change: (reads: Reads) => void): Fault {
  return {
    fleet: {
      plant: (services) => {
        change(services.reads);
        return services;
      },
    },
  };
}

/** Replicas whose drops are changed. */
function withDrop(change: (drop: Drop) => Drop): Fault {
  return withReads(({ copies }) => void replace(copies, 'drop', (drop) => change(drop.bind(copies))));
}

/** Replicas that read for another request than they were asked for. */
function withRequest(change: (request: CallerRequest) => CallerRequest): Fault {
  return withReads((reads) => {
    replace(reads, 'fresh', (fresh) => (kind, request) => fresh.call(reads, kind, change(request)) as never);
    replace(reads, 'fetch', (fetch) => (kind, request) => fetch.call(reads, kind, change(request)) as never);
  });
}

/** Running calls that a drop leaves in part as they are. */
function withDetach(change: (running: RunningCall<unknown>) => void): Fault {
  return {
    plant: () =>
      replace(
        RunningCalls.prototype,
        'detach',
        (detach) =>
          function (this: RunningCalls, matches) {
            detach.call(this, (running) => {
              if (matches(running)) change(running);
              return false;
            });
          },
      ),
  };
}

/** The request before, of another user. */
function createMixUp(): (request: CallerRequest) => CallerRequest {
  let last: CallerRequest | undefined;
  return (request) => {
    const other = last;
    last = request;
    return other ?? request;
  };
}

/** A method of all replicas, and of all other objects of the class. */
function withMethod<T extends object, K extends keyof T>(owner: T, name: K, by: (own: T[K]) => T[K]): Fault {
  return { plant: () => replace(owner, name, by) };
}

function withStore(plantInStore: PlantInStore): Fault {
  return { fleet: { plantInStore } };
}

/** Evictions that are changed; those by which the model sees that all replicas are in touch are not. */
function withEvictions(change: (eviction: Eviction) => readonly Eviction[]): Fault {
  const isMarker = ({ message = '' }: Eviction) => message.includes(MARKER);
  return withStore((store) => ({
    ...store,
    evict: (evictions) => store.evict(evictions.flatMap((each) => (isMarker(each) ? each : change(each)))),
  }));
}

/** A copy that was stored once is there until another is stored, whatever was evicted. */
function withoutGenerations(store: CopyStore): CopyStore {
  const written = new Map<string, { readonly text: string; readonly at: number }>();
  const nameOf = ({ kind, userId, teamId }: StoredKey) => `${kind} ${userId} ${teamId}`;
  return {
    ...store,
    async read(key) {
      const read = await store.read(key);
      const copy = written.get(nameOf(key));
      const now = read?.generations?.now;
      if (!read || read.copy || !copy || now === undefined) return read;
      return { ...read, copy: { text: copy.text, age: now - copy.at } };
    },
    write(key, fetched) {
      written.set(nameOf(key), { text: fetched.text, at: fetched.generations.now });
      return store.write(key, fetched);
    },
  };
}

/** Reads what was asked for before, of another user. */
function withMixedUpKeys(store: CopyStore): CopyStore {
  const last = new Map<string, StoredKey>();
  return {
    ...store,
    async read(key) {
      const other = last.get(key.kind) ?? key;
      last.set(key.kind, key);
      const read = await store.read(key);
      const { copy } = (await store.read(other)) ?? {};
      if (!read || !copy) return read;
      return {
        ...read,
        copy: { ...copy, text: copy.text.replace(`"userId":"${other.userId}"`, `"userId":"${key.userId}"`) },
      };
    },
  };
}

/** The steps by which each is found soon. */
export const FOUND_BY: Readonly<Record<string, GroupName>> = {
  'a copy that is kept past its time': 'aging',
  'a fetch that writes after an eviction': 'held',
  'a request that joins a call from before an eviction': 'held',
  'an event that drops the wrong kinds': 'told',
  'an event of a team that drops nothing': 'told',
  "an event that drops another user's copies": 'told',
  "another user's copy": 'told',
  'a copy that is older than the token': 'renewed',
  'a scope that refuses by an old copy': 'refused',
  'an eviction that is not sent': 'told',
  'an eviction that is not told': 'told',
  'an eviction that is told alone': 'told',
  'an eviction of a team that is told alone': 'told',
  'a copy in Redis whose age does not count': 'aging',
  'a fetch that is stored in Redis after an eviction': 'held',
  'a generation that is not compared': 'told',
  "another user's copy in Redis": 'told',
  'a copy in Redis that is older than the token': 'renewed',
  'a scope that refuses by a copy in Redis': 'refused',
  'a subscription without the drop of what was missed': 'cut',
  'copies in Redis that are read though an eviction is not confirmed': 'refusing',
  'an eviction that is not sent again': 'cut',
};

/** Faults of what replicas share. */
export const FAULTS_OF_SHARING: Readonly<Record<string, Fault>> = {
  'an eviction that is not sent': withEvictions(() => []),
  'an eviction that is not told': withEvictions(({ scope }) => [{ scope, message: undefined }]),
  'an eviction that is told alone': withEvictions(({ message }) => [{ scope: { userId: 'x' }, message }]),
  'an eviction of a team that is told alone': withEvictions((eviction) => [
    eviction.scope === 'teams' ? { ...eviction, scope: { userId: 'x' } } : eviction,
  ]),
  'a copy in Redis whose age does not count': withStore((store) => ({
    ...store,
    async read(key) {
      const read = await store.read(key);
      return read?.copy ? { ...read, copy: { ...read.copy, age: 0 } } : read;
    },
  })),
  'a fetch that is stored in Redis after an eviction': withStore((store) => ({
    ...store,
    async write(key, fetched) {
      const generations = await store.readGenerations(key);
      if (generations)
        await store.write(key, { ...fetched, generations: { ...generations, now: fetched.generations.now } });
    },
  })),
  'a generation that is not compared': withStore(withoutGenerations),
  "another user's copy in Redis": withStore(withMixedUpKeys),
  'a copy in Redis that is older than the token': withMethod(
    SecondLayer.prototype,
    'noteDate',
    (note) =>
      function (this: SecondLayer, lookup, ...rest) {
        note.call(this, lookup, ...rest);
        if (lookup.startedAt !== undefined) lookup.startedAt += 60;
      },
  ),
  'a scope that refuses by a copy in Redis': withMethod(
    SecondLayer.prototype,
    'look',
    (look) =>
      function (this: SecondLayer, kind, token, options) {
        return look.call(this, kind, token, { ...options, isCopyWanted: true }) as never;
      },
  ),
};

/** Faults that count when Redis is in trouble. */
export const FAULTS_IN_TROUBLE: Readonly<Record<string, Fault>> = {
  'a subscription without the drop of what was missed': withMethod(
    EvictionChannel.prototype,
    'listen',
    (listen) =>
      function (this: EvictionChannel, hear) {
        listen.call(this, (change, source) => {
          if (change.kind !== 'all') hear(change, source);
        });
      },
  ),
  'copies in Redis that are read though an eviction is not confirmed': withMethod(
    EvictionChannel.prototype,
    'isUnconfirmed',
    () => () => false,
  ),
  'an eviction that is not sent again': withStore((store) => ({
    ...store,
    async evict(evictions) {
      await store.evict(evictions);
      return true;
    },
  })),
};

/** Faults of a replica by itself. */
export const FAULTS_OF_ONE: Readonly<Record<string, Fault>> = {
  'a copy that is kept past its time': { fleet: { env: { PROFILE_CACHE_TTL: '40' } } },
  'a fetch that writes after an eviction': withDetach((running) => {
    running.shared = undefined;
  }),
  'a request that joins a call from before an eviction': withDetach((running) => {
    running.isKept = false;
  }),
  'an event that drops the wrong kinds': withDrop(
    (drop) => (change, source) =>
      drop(change.kind === 'user' && !change.copies ? { ...change, copies: ['profile'] } : change, source),
  ),
  'an event of a team that drops nothing': withDrop((drop) => (change, source) => {
    if (change.kind !== 'team') drop(change, source);
  }),
  "an event that drops another user's copies": withDrop(
    (drop) => (change, source) =>
      drop(change.kind === 'user' ? { ...change, userId: change.userId.replace(/^./, 'x') } : change, source),
  ),
  "another user's copy": withRequest(createMixUp()),
  'a copy that is older than the token': withRequest((request) => ({ ...request, issuedAt: 0 })),
  'a scope that refuses by an old copy': withReads(
    (reads) => void replace(reads, 'recheck', () => () => undefined),
  ),
};
