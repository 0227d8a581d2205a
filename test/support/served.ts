// The server of a test without its emulator and its clients: services, an app, an adapter and a port.
import type { RequestListener } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import type { Clock } from '../../src/core/clock.ts';
import { readConfig } from '../../src/core/config/config.ts';
import { createLogger } from '../../src/core/logger.ts';
import { type Services, startServices } from '../../src/process/services.ts';
import type { AppTypes, Part } from '../../src/request/app-types.ts';
import type { App } from '../../src/server/app.ts';
import { createServer, type ServerOptions } from '../../src/server/create-server.ts';
import { listen } from '../../src/server/port.ts';
import { startApp } from '../../src/server/start-app.ts';
import type { Adapter } from './adapter.ts';
import { createLibraryListener } from './library-listener.ts';
import { WARM_UP_ID } from './warm-up.ts';

/** What is served. `write` is given the lines of the log, without those of warm-up requests. */
export interface ServedOptions<T extends AppTypes> {
  readonly env: Readonly<Record<string, string>>;
  readonly adapter?: Adapter | undefined;
  readonly app?: App<T>;
  readonly schema?: GraphQLSchema;
  readonly clock?: Clock;
  readonly services?: (services: Services) => Services;
  readonly listener?: (services: Services) => RequestListener;
  readonly write: (line: string) => void;
}

/** A server that listens on loopback. */
export interface Served<T extends AppTypes> {
  readonly url: string;
  readonly services: Services;
  readonly sources: Part<T, 'Sources'>;
  readonly listener: RequestListener;
  received(): number;
  /** Makes a process of its own see what the test has done so far, and the test what that has done. */
  sync?(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server. Rejects with what the app throws. */
export async function startServed<T extends AppTypes>(options: ServedOptions<T>): Promise<Served<T>> {
  const { clock, app = {}, adapter } = options;
  const write = (line: string) => {
    if (!line.includes(`"requestId":"${WARM_UP_ID}"`)) options.write(line);
  };
  const logger = createLogger({ level: 'debug', destination: { write } });
  const env = { PREPARED_OPERATIONS: adapter === 'yoga' ? 'off' : 'on', ...options.env };
  const genuine = startServices({ config: readConfig(env), logger, ...(clock && { clock }) });
  const services = options.services?.(genuine) ?? genuine;
  const started = await startApp(
    app,
    { provider: services.provider, logger, env },
    services.config.federation,
  );
  const { listener, connectionEvents } = serve(services, adapter, {
    ...started,
    ...(options.schema && { schema: options.schema }),
  });
  const answer = options.listener?.(services) ?? listener;
  let received = 0;
  const count: RequestListener = (request, response) => {
    received += 1;
    answer(request, response);
  };
  const listening = await listen(count, {
    host: '127.0.0.1',
    port: 0,
    events: connectionEvents,
  });
  return {
    url: listening.url,
    services,
    sources: started.sources as Part<T, 'Sources'>,
    listener,
    received: () => received,
    async close() {
      await listening.close(0);
      await started.closeSources();
      await services.close();
    },
  };
}

/** The server of the adapter. That of the library has no connection events. */
function serve(
  services: Services,
  adapter: Adapter | undefined,
  options: ServerOptions,
): Pick<ReturnType<typeof createServer>, 'listener' | 'connectionEvents'> {
  const server = createServer(services, options);
  return adapter === 'library' ? { ...server, listener: createLibraryListener(services) } : server;
}
