import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './app.ts';
import { type Control, createControl } from './control.ts';
import { createControlRoutes } from './control-routes.ts';
import { createProject } from './project.ts';
import { BRANDS, type Provider } from './provider.ts';
import { type People, seed } from './seed.ts';
import { createTraffic } from './traffic.ts';

const HOST = '127.0.0.1';

/** How an emulator is started. */
export interface EmulatorOptions {
  /** Default 0: one that is free. */
  readonly port?: number;
  /** Default: another UUID at every start. */
  readonly projectId?: string;
  /** Seconds. Default 600, as the provider's. */
  readonly accessTokenLifetime?: number;
  /** The clock in milliseconds. Default `Date.now`. */
  readonly now?: () => number;
  /** Origins whose pages may use `/control`. Default: none. */
  readonly controlOrigins?: readonly string[];
  /** Further bases of issuers that it takes for its own, besides its URL and the provider's two brands. */
  readonly issuerBases?: readonly string[];
}

/** An identity provider that runs, on loopback, with all it knows in memory. Must be closed. */
export interface Emulator {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly projectId: string;
  readonly publishableClientKey: string;
  readonly secretServerKey: string;
  readonly superSecretAdminKey: string;
  /** What `x-emulator-secret` must be; another one at every start. */
  readonly controlSecret: string;
  /** The people it started with, as they were then. */
  readonly people: People;
  readonly control: Control;
  /** Stops it and cuts every connection, those that hang included. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts an identity provider of our own with fresh keys. Rejects when the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const now = options.now ?? Date.now;
  const [main, internal] = await Promise.all([
    createProject({ id: options.projectId ?? randomUUID(), displayName: 'Emulated project', now }),
    createProject({ id: 'internal', displayName: 'Dashboard', now }),
  ]);
  const people = seed(main.users);
  const traffic = createTraffic();
  const controlSecret = randomBytes(24).toString('base64url');

  const server = createServer();
  const url = await listen(server, options.port ?? 0);
  const provider: Provider = {
    url,
    now,
    accessTokenLifetime: options.accessTokenLifetime ?? 600,
    issuerBases: [url, url.replace(HOST, 'localhost'), ...BRANDS, ...(options.issuerBases ?? [])],
    main,
    internal,
  };
  const control = createControl(provider, traffic);
  const controlRoutes = createControlRoutes({
    control,
    people,
    secret: controlSecret,
    origins: options.controlOrigins ?? [],
  });
  const app = createApp({ provider, traffic, controlRoutes });
  server.on('request', getRequestListener(app.fetch, { overrideGlobalObjects: false }));

  const close = async (): Promise<void> => {
    traffic.stop();
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url,
    projectId: main.id,
    publishableClientKey: main.publishableClientKey,
    secretServerKey: main.secretServerKey,
    superSecretAdminKey: main.superSecretAdminKey,
    controlSecret,
    people,
    control,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, HOST);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The emulator has no port');
  return `http://${HOST}:${address.port}`;
}
