// A real Redis for tests: a redis-server of their own, or the server that REDIS_TEST_URL names.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe } from 'vitest';
import { type Reply, sendCommand } from './redis-command.ts';
import { makeTempFolder } from './temp-folder.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** The suite needs Redis: tools/ci/redis-tests.ts tells whether it ran. */
    needsRedis?: boolean;
  }
}

/** A Redis server. Others may use it at the same time: give every test a project of its own. */
export interface TestRedis {
  readonly url: string;
  /** Sends a command and returns its reply. */
  command(...command: readonly (string | number)[]): Promise<Reply>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A redis-server of the test alone, on a port of its own on loopback. It keeps nothing on disk. */
export interface OwnRedis extends TestRedis {
  readonly port: number;
  readonly pid: number;
  /** Kills the process, if it runs. What it held is lost. */
  stop(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>;
  /** Stops the process for a while: it accepts connections and answers nothing. */
  pause(): void;
  resume(): void;
  /** Deletes everything. */
  flush(): Promise<void>;
  /** Limits its memory. By the default policy it refuses to write when it is full; 0 removes the limit. */
  limitMemory(bytes: number, policy?: 'noeviction' | 'allkeys-lru' | 'volatile-ttl'): Promise<void>;
}

const { REDIS_TEST_URL } = process.env;
const hasServer = spawnSync('redis-server', ['--version']).status === 0;

/** Tests that need a Redis. They are skipped where there is none. */
export const describeRedis: Describe = (name, body) => {
  describe.skipIf(!hasServer && !REDIS_TEST_URL)(name, { meta: { needsRedis: true } }, body);
};

/** Tests that pause, stop, fill or empty their Redis. They are skipped where there is no `redis-server` on the PATH. */
export const describeOwnRedis: Describe = (name, body) => {
  describe.skipIf(!hasServer)(name, { meta: { needsRedis: true } }, body);
};

type Describe = (name: string, body: () => void) => void;

/** Opens the Redis of `REDIS_TEST_URL`, or starts one. Use it with `await using`. */
export async function openRedis(): Promise<TestRedis> {
  if (!REDIS_TEST_URL) return startRedis();
  return {
    url: REDIS_TEST_URL,
    command: (...command) => sendCommand(REDIS_TEST_URL, command),
    async [Symbol.asyncDispose]() {},
  };
}

/** Starts a redis-server with further `options` of its command line. Use it with `await using`. */
export async function startRedis(options: readonly string[] = []): Promise<OwnRedis> {
  const folder = makeTempFolder();
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder.path];
  const run = () => startProcess([...args, '--save', '', '--appendonly', 'no', ...options]);
  let running: RunningProcess | undefined = await run();
  const command = (...parts: readonly (string | number)[]) => sendCommand(url, parts);
  const stop = async () => {
    await running?.kill();
    running = undefined;
  };
  return {
    url,
    port,
    get pid() {
      if (running === undefined) throw new Error('redis-server does not run');
      return running.pid;
    },
    command,
    stop,
    async start() {
      running ??= await run();
    },
    pause: () => running?.signal('SIGSTOP'),
    resume: () => running?.signal('SIGCONT'),
    async flush() {
      await command('FLUSHALL');
    },
    async limitMemory(bytes, policy = 'noeviction') {
      await command('CONFIG', 'SET', 'maxmemory', bytes, 'maxmemory-policy', policy);
    },
    async [Symbol.asyncDispose]() {
      await stop();
      folder[Symbol.dispose]();
    },
  };
}

interface RunningProcess {
  readonly pid: number;
  signal(signal: NodeJS.Signals): void;
  kill(): Promise<void>;
}

/** Starts redis-server and waits until it accepts connections. Rejects where it ends before. */
async function startProcess(args: readonly string[]): Promise<RunningProcess> {
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  // Where nothing disposes of it, after an uncaught exception.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const closed = once(child, 'close');
  let output = '';
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
      if (output.includes('Ready to accept connections')) resolve();
    });
  });
  const failed = closed.then(() => Promise.reject(new Error(`redis-server did not start:\n${output}`)));
  failed.catch(() => {});
  await Promise.race([ready, failed]);
  return {
    pid: child.pid ?? 0,
    signal: (signal) => void child.kill(signal),
    async kill() {
      process.removeListener('exit', end);
      end();
      await closed;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
