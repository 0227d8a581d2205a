// One replica of a model run: the services and the server of a process, with a clock of its own, asked in this process.
import { readConfig } from '../../src/core/config/config.ts';
import { createLogger } from '../../src/core/logger.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { type Services, startServices } from '../../src/process/services.ts';
import { createServer } from '../../src/server/create-server.ts';
import { startApp } from '../../src/server/start-app.ts';
import { type GraphQLBody, settingsOf } from '../support/test-server.ts';
import { createModelApp } from './app.ts';
import type { ReplicaClock } from './time.ts';
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
  readonly plant?: Plant | undefined;
}

/** Starts a replica. Use it with `await using`. */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const { index, emulator, clock, wire, env, plant = (services) => services } = options;
  const logger = createLogger({ level: 'fatal', destination: { write: () => {} } });
  const settings = {
    ...settingsOf(emulator),
    STACK_WEBHOOK_SECRET: emulator.webhookSecret,
    RATE_LIMIT: 'off',
    ...(wire && { REDIS_URL: `redis://127.0.0.1:${wire.port}` }),
    ...env,
  };
  const services = plant(startServices({ config: readConfig(settings), logger, clock }));
  const started = await startApp(createModelApp(), { provider: services.provider, logger, env: settings });
  const server = createServer(services, started);
  return {
    index,
    clock,
    wire,
    services,
    isConnected: () => true,
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
