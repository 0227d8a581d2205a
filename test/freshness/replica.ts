// One replica of a model run: the services and the server of a process, with a clock of its own, asked in this process.
import { readConfig } from '../../src/core/config/config.ts';
import { createLogger } from '../../src/core/logger.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { createRedisStore } from '../../src/process/redis-store.ts';
import { type Services, startServices } from '../../src/process/services.ts';
import { createServer } from '../../src/server/create-server.ts';
import { startApp } from '../../src/server/start-app.ts';
import { type GraphQLBody, settingsOf } from '../support/test-server.ts';
import { createModelApp } from './app.ts';
import { createStoreFactory, type PlantInStore } from './model-store.ts';
import type { ModelTime, ReplicaClock } from './time.ts';
import type { Wire } from './wire.ts';

/** Changes the services of a replica before its server is made, to plant a fault. */
export type Plant = (services: Services) => Services;

/** A replica, by its number. */
export interface Replica extends AsyncDisposable {
  readonly index: number;
  readonly clock: ReplicaClock;
  /** To Redis, where there is one. */
  readonly wire: Wire | undefined;
  readonly services: Services;
  /** Whether it is connected to Redis. */
  isConnected(): boolean;
  ask(query: string, token: string): Promise<GraphQLBody>;
  /** Sends an event; gives the status. */
  deliver(request: RequestInit): Promise<number>;
}

/** What a replica is made from. */
export interface ReplicaOptions {
  readonly index: number;
  readonly emulator: Emulator;
  readonly clock: ReplicaClock;
  readonly wire: Wire | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly time: ModelTime;
  readonly plant?: Plant | undefined;
  readonly plantInStore?: PlantInStore | undefined;
}

/** Starts a replica. Use it with `await using`. */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const { index, emulator, clock, wire, env, time, plant = same, plantInStore = same } = options;
  const logger = createLogger({ level: 'fatal', destination: { write: () => {} } });
  const settings = {
    ...settingsOf(emulator),
    STACK_WEBHOOK_SECRET: emulator.webhookSecret,
    RATE_LIMIT: 'off',
    ...(wire && { REDIS_URL: `redis://127.0.0.1:${wire.port}` }),
    ...env,
  };
  const createStore = createStoreFactory(createRedisStore, { time, plant: plantInStore });
  const services = plant(startServices({ config: readConfig(settings), logger, clock, createStore }));
  const started = await startApp(createModelApp(), { provider: services.provider, logger, env: settings });
  const server = createServer(services, started);
  return {
    index,
    clock,
    wire,
    services,
    isConnected: () => services.gauges().redis === 'up',
    async ask(query, token) {
      const headers = { 'content-type': 'application/json', 'x-stack-access-token': token };
      const answer = await server.fetch('http://localhost/graphql', {
        method: 'POST',
        headers,
        body: JSON.stringify({ query }),
      });
      return (await answer.json()) as GraphQLBody;
    },
    async deliver(request) {
      return (await server.fetch('http://localhost/webhooks', request)).status;
    },
    async [Symbol.asyncDispose]() {
      await started.closeSources();
      await services.close();
    },
  };
}

function same<T>(value: T): T {
  return value;
}
