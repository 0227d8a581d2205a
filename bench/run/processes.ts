// The processes of a run: started on their cores, asked by messages, ended with the run.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Order, Reply } from '../load/process.ts';
import type { Peer } from '../peers/peers.ts';
import type { UpstreamPorts } from '../world/upstream.ts';
import type { World } from '../world/world.ts';
import type { Cores, Role } from './cores.ts';

/** A server that listens. */
export interface RunningServer {
  readonly peer: Peer;
  readonly port: number;
  readonly pid: number;
  /** Milliseconds from the start of the process until it took a connection. */
  readonly startedIn: number;
  readonly exited: Promise<unknown>;
  stop(): Promise<void>;
}

/** The load and the provider. */
export interface Surroundings {
  readonly upstream: UpstreamPorts;
  /** Throws what the load could not do. */
  order(order: Order): Promise<Exclude<Reply, { failure: string }>>;
  stop(): void;
}

/** Milliseconds in which a server must listen. */
const START_LIMIT = 20_000;

const temporary = mkdtempSync(join(tmpdir(), 'bench-'));
process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));

/** Starts load and provider, each in a process of its own. */
export async function startSurroundings(world: World, cores: Cores): Promise<Surroundings> {
  const starting = startUpstream(world, cores);
  const load = fork('load', '../load/process.ts', cores);
  load.send(world);
  const loadReady = once(load, 'message');
  const upstream = await starting;
  await loadReady;
  return {
    upstream: upstream.ports,
    async order(order) {
      load.send(order);
      const [reply] = (await once(load, 'message')) as [Reply];
      if (reply.failure !== undefined) throw new Error(reply.failure);
      return reply;
    },
    stop() {
      upstream.stop();
      load.kill();
    },
  };
}

/** Starts the provider alone. */
export async function startUpstream(
  world: World,
  cores: Cores,
): Promise<{ readonly ports: UpstreamPorts; stop(): void }> {
  const upstream = fork('upstream', '../world/upstream.ts', cores);
  upstream.send(world);
  const [ports] = (await once(upstream, 'message')) as [UpstreamPorts];
  return { ports, stop: () => void upstream.kill() };
}

/** Starts a server as in production, with a clean environment. Its log goes to /dev/null, as that of all others. */
export async function startServer(
  peer: Peer,
  {
    world,
    upstreamPort,
    cores,
  }: { readonly world: World; readonly upstreamPort: number; readonly cores: Cores },
): Promise<RunningServer> {
  const port = await findPort();
  const errorFile = join(temporary, `${peer.name}.txt`);
  const run = [peer.runtime ?? process.execPath, ...(peer.flags ?? []), peer.entry];
  const [command = '', ...args] = cores.pin('server', run);
  const startedAt = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', openSync(devNull, 'w'), openSync(errorFile, 'w')],
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      STACK_PROJECT_ID: world.projectId,
      STACK_SECRET_SERVER_KEY: world.secretServerKey,
      STACK_API_URL: `http://127.0.0.1:${upstreamPort}`,
      ...(peer.isTraced ? { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${upstreamPort}` } : {}),
      STACK_ISSUER_URL: world.issuerBase,
      SHUTDOWN_DELAY: '0',
      ...peer.env,
    },
  });
  endWithUs(child);
  const exited = once(child, 'exit');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${peer.name} could not be started`);
  while (!(await accepts(port))) {
    if (child.exitCode !== null || performance.now() - startedAt > START_LIMIT) {
      child.kill('SIGKILL');
      const said =
        readFileSync(errorFile, 'utf8')
          .split('\n')
          .find((line) => /error/i.test(line)) ?? 'without a word';
      throw new Error(`It does not listen: ${said.trim()}`);
    }
    await setTimeout(5);
  }
  return {
    peer,
    port,
    pid,
    startedIn: performance.now() - startedAt,
    exited,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function fork(role: Role, file: string, cores: Cores): ChildProcess {
  const entry = fileURLToPath(new URL(file, import.meta.url));
  const [command = '', ...args] = cores.pin(role, [
    process.execPath,
    '--import',
    import.meta.resolve('tsx'),
    entry,
  ]);
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  endWithUs(child);
  // They are waited for by their messages alone: a silent end must not leave us waiting.
  child.once('exit', (code) => {
    if (code) throw new Error(`The process of the ${role} ended with code ${code}`);
  });
  return child;
}

// By default a signal ends a process without its 'exit'.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** However we end, nothing is left behind. */
export function endWithUs(child: ChildProcess): void {
  alive.add(child);
  child.once('exit', () => alive.delete(child));
}

/** A port of the loopback interface that is free now. */
export async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port can be had');
  return address.port;
}

export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (accepted: boolean) => () => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', end(true));
    socket.once('error', end(false));
  });
}
