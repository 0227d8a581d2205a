// An identity provider for development and tests, over HTTP on loopback.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { allowEveryOrigin } from './answer.ts';
import { createApp } from './app.ts';
import { type Control, createControl } from './control.ts';
import { createControlRoutes } from './control-routes.ts';
import { createProject } from './project.ts';
import { BRANDS, type Provider } from './provider.ts';
import { bytesFrom, newBytes, uuidOf } from './secrets.ts';
import { type People, type SeededTeams, seed } from './seed.ts';
import { createTraffic } from './traffic.ts';

const HOST = '127.0.0.1';

/** Options of an emulator. */
export interface EmulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** What keys, secrets and the ids of the seeded users are derived from. Default: they are new at every start. */
  readonly secret?: Uint8Array;
  /** Default: a random UUID. */
  readonly projectId?: string;
  /** Seconds. Default 600, as at the provider. */
  readonly accessTokenLifetime?: number;
  /** The clock in milliseconds. Default `Date.now`. */
  readonly now?: () => number;
  /** Origins whose pages may call `/control`. Default: none. */
  readonly controlOrigins?: readonly string[];
  /** Issuer URLs (without path) that it accepts in addition to its own URL and the provider's two brands. */
  readonly issuerBases?: readonly string[];
}

/** A running identity provider that keeps its data in memory. Must be closed. */
export interface Emulator {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly projectId: string;
  readonly publishableClientKey: string;
  readonly secretServerKey: string;
  readonly superSecretAdminKey: string;
  /** What webhooks are signed with. */
  readonly webhookSecret: string;
  /** The value for the header `x-emulator-secret`. */
  readonly controlSecret: string;
  /** A UUID that is the same at every start with the same secret, and a new one otherwise. */
  idOf(name: string): string;
  /** The seeded users, as they were at the start. */
  readonly people: People;
  /** The seeded teams, as they were at the start. */
  readonly teams: SeededTeams;
  readonly control: Control;
  /** Stops listening and closes every connection, those of hanging requests included. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts an emulator. Rejects when the port is in use. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const now = options.now ?? Date.now;
  const bytes = options.secret ? bytesFrom(options.secret) : newBytes;
  const [main, internal] = await Promise.all([
    createProject({ id: options.projectId ?? randomUUID(), displayName: 'Emulated project', now, bytes }),
    createProject({ id: 'internal', displayName: 'Dashboard', now, bytes }),
  ]);
  const { people, teams } = seed(main, bytes);
  const traffic = createTraffic();
  const controlSecret = bytes('control', 24).toString('base64url');

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
    teams,
    secret: controlSecret,
    origins: options.controlOrigins ?? [],
  });
  const app = createApp({ provider, traffic, controlRoutes });
  server.on('request', ({ url: path = '' }, response) => {
    // Node would send the machine's own time.
    response.setHeader('date', new Date(now()).toUTCString());
    if (!path.startsWith('/control')) allowEveryOrigin(response);
  });
  server.on('request', getRequestListener(app.fetch, { overrideGlobalObjects: false }));

  const close = async (): Promise<void> => {
    traffic.stop();
    main.webhooks.stop();
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
    webhookSecret: main.webhooks.secret,
    controlSecret,
    idOf: (name) => uuidOf(bytes(`id ${name}`, 16)),
    people,
    teams,
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
