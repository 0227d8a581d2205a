// Faults of what replicas share.
import { EvictionChannel } from '../../src/provider/cache/eviction-channel.ts';
import { SecondLayer } from '../../src/provider/cache/second-layer.ts';
import type { CopyStore, Eviction, StoredKey } from '../../src/store/copy-store.ts';
import { type Faults, type Planted, withMethod } from './fault.ts';
import { MARKER } from './fleet.ts';
import type { PlantInStore } from './model-store.ts';

function withStore(plantInStore: PlantInStore): Planted {
  return { fleet: { plantInStore } };
}

/** Evictions that are changed; those by which the model sees that all replicas are in touch are not. */
function withEvictions(change: (eviction: Eviction) => readonly Eviction[]): Planted {
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

/** Those that count while all is well. */
export const FAULTS_OF_SHARING: Faults = {
  'an eviction that is not sent': { foundBy: 'told', ...withEvictions(() => []) },
  'an eviction that is not told': {
    foundBy: 'told',
    ...withEvictions(({ scope }) => [{ scope, message: undefined }]),
  },
  'an eviction that is told alone': {
    foundBy: 'told',
    ...withEvictions(({ message }) => [{ scope: { userId: 'x' }, message }]),
  },
  'an eviction of a team that is told alone': {
    foundBy: 'told',
    ...withEvictions((eviction) => [
      eviction.scope === 'teams' ? { ...eviction, scope: { userId: 'x' } } : eviction,
    ]),
  },
  'a copy in Redis whose age does not count': {
    foundBy: 'aging',
    ...withStore((store) => ({
      ...store,
      async read(key) {
        const read = await store.read(key);
        return read?.copy ? { ...read, copy: { ...read.copy, age: 0 } } : read;
      },
    })),
  },
  'a fetch that is stored in Redis after an eviction': {
    foundBy: 'held',
    ...withStore((store) => ({
      ...store,
      async write(key, fetched) {
        const generations = await store.readGenerations(key);
        if (generations)
          await store.write(key, {
            ...fetched,
            generations: { ...generations, now: fetched.generations.now },
          });
      },
    })),
  },
  'a generation that is not compared': { foundBy: 'told', ...withStore(withoutGenerations) },
  "another user's copy in Redis": { foundBy: 'told', ...withStore(withMixedUpKeys) },
  'a copy in Redis that is older than the token': {
    foundBy: 'renewed',
    ...withMethod(
      SecondLayer.prototype,
      'noteDate',
      (note) =>
        function (this: SecondLayer, lookup, ...rest) {
          note.call(this, lookup, ...rest);
          if (lookup.startedAt !== undefined) lookup.startedAt += 60;
        },
    ),
  },
  'a scope that refuses by a copy in Redis': {
    foundBy: 'refused',
    ...withMethod(
      SecondLayer.prototype,
      'look',
      (look) =>
        function (this: SecondLayer, kind, token, options) {
          return look.call(this, kind, token, { ...options, isCopyWanted: true }) as never;
        },
    ),
  },
};

/** Those that count when Redis is in trouble. */
export const FAULTS_IN_TROUBLE: Faults = {
  'a subscription without the drop of what was missed': {
    foundBy: 'cut',
    ...withMethod(
      EvictionChannel.prototype,
      'listen',
      (listen) =>
        function (this: EvictionChannel, hear) {
          listen.call(this, (change, source) => {
            if (change.kind !== 'all') hear(change, source);
          });
        },
    ),
  },
  'copies in Redis that are read though an eviction is not confirmed': {
    foundBy: 'refusing',
    ...withMethod(EvictionChannel.prototype, 'isUnconfirmed', () => () => false),
  },
  'an eviction that is not sent again': {
    foundBy: 'cut',
    ...withStore((store) => ({
      ...store,
      async evict(evictions) {
        await store.evict(evictions);
        return true;
      },
    })),
  },
};
