// The store of a replica in the model's time: Redis itself has the clock of this machine.
import type { createRedisStore } from '../../src/process/redis-store.ts';
import type { CopyStore } from '../../src/store/copy-store.ts';
import type { ModelTime } from './time.ts';

/** Changes the store of a replica, to plant a fault. */
export type PlantInStore = (store: CopyStore) => CopyStore;

/** Milliseconds of this machine, so that a run need not wait for what takes seconds in production. */
const CONNECTION = { commandTimeout: 80, reconnectPause: 15, pingInterval: 30, pingTimeout: 2_000 };

/** Makes `createRedisStore` for the replicas of a model. */
export function createStoreFactory(
  create: typeof createRedisStore,
  { time, plant }: { readonly time: ModelTime; readonly plant: PlantInStore },
): typeof createRedisStore {
  return (options) => {
    const store = create({ ...options, connection: CONNECTION });
    return {
      get state() {
        return store.state;
      },
      copies: plant(withModelTime(store.copies, time)),
      counts: store.counts,
      start: store.start,
      close: store.close,
    };
  };
}

/** The time at which a fetch began is that of the machine. Where the model's time has passed meanwhile, it is earlier. */
function withModelTime(store: CopyStore, time: ModelTime): CopyStore {
  const began = time.now();
  const passed = () => time.now() - began;
  return {
    ...store,
    async read(key) {
      const read = await store.read(key);
      const generations = read?.generations;
      return (
        read && { ...read, generations: generations && { ...generations, now: generations.now + passed() } }
      );
    },
    async readGenerations(key) {
      const generations = await store.readGenerations(key);
      return generations && { ...generations, now: generations.now + passed() };
    },
    write(key, { generations, ...fetched }) {
      return store.write(key, {
        ...fetched,
        generations: { ...generations, now: generations.now - passed() },
      });
    },
  };
}
