// Built servers that share a Redis, behind a load balancer that the provider's webhooks go through.
import { setTimeout } from 'node:timers/promises';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { until } from './until.ts';

/** The servers. Use it with `await using`. */
export interface ReplicaProcesses extends AsyncDisposable {
  readonly balancer: Balancer;
  /** Those that run, the oldest first. */
  readonly servers: readonly ServerProcess[];
  /** Starts one more. */
  add(): Promise<ServerProcess>;
  /** Ends one, as an operator does. */
  end(server: ServerProcess): Promise<void>;
  /** Asks each server for the same, until all answer with `expected`: the milliseconds that it took, of the slowest. Rejects after ten seconds. */
  untilAllShow(query: string, token: string, expected: unknown): Promise<number>;
}

/** How they are started. */
export interface ReplicaProcessesOptions {
  readonly emulator: Emulator;
  readonly redisUrl: string;
  readonly count: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts them, and sends the webhooks of the emulator through the balancer: each to another server. */
export async function startReplicaProcesses(options: ReplicaProcessesOptions): Promise<ReplicaProcesses> {
  const { emulator, redisUrl, count, env } = options;
  const balancer = await startBalancer();
  const servers: ServerProcess[] = [];
  const settings = {
    REDIS_URL: redisUrl,
    STACK_WEBHOOK_SECRET: emulator.webhookSecret,
    // Longer than any test: what is seen sooner was told.
    PROFILE_CACHE_TTL: '600',
    ...env,
  };
  const add = async () => {
    const server = await startServerProcess(emulator, settings);
    servers.push(server);
    balancer.add(server.url);
    await until('ready behind the balancer', () => balancer.isReady(server.url));
    return server;
  };
  await Promise.all(Array.from({ length: count }, add));
  emulator.control.sendWebhooksTo(`${balancer.url}/webhooks`);
  return {
    balancer,
    servers,
    add,
    async end(server) {
      server.process.kill('SIGTERM');
      await server.exited();
      servers.splice(servers.indexOf(server), 1);
      await until('gone from the balancer', () => !balancer.isReady(server.url));
    },
    async untilAllShow(query, token, expected) {
      const began = performance.now();
      const times = await Promise.all(
        servers.map((server) => shows(server, { query, token, expected, began })),
      );
      return Math.max(...times);
    },
    async [Symbol.asyncDispose]() {
      emulator.control.sendWebhooksTo(undefined);
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
      await balancer[Symbol.asyncDispose]();
    },
  };
}

async function shows(
  server: ServerProcess,
  {
    query,
    token,
    expected,
    began,
  }: { readonly query: string; readonly token: string; readonly expected: unknown; readonly began: number },
): Promise<number> {
  const wanted = JSON.stringify({ data: expected });
  let seen = '';
  // Seldom after a while: a user's requests are limited.
  for (let pause = 5; performance.now() - began < 10_000; pause = Math.min(2 * pause, 200)) {
    seen = JSON.stringify((await server.ask(query, { token })).body);
    if (seen === wanted) return performance.now() - began;
    await setTimeout(pause);
  }
  throw new Error(`${server.url} still shows ${seen}`);
}
