// A redis-server for the builds that are measured with one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Cores } from './cores.ts';
import { accepts, endWithUs, findPort } from './processes.ts';

/** A running redis-server. */
export interface RunningRedis {
  readonly url: string;
  readonly pid: number;
  stop(): void;
}

/** Starts it on a free port; it keeps nothing on disk. Throws where there is no redis-server on the PATH. */
export async function startRedis(cores: Cores): Promise<RunningRedis> {
  const port = await findPort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const [command = '', ...args] = cores.pin('redis', ['redis-server', ...options]);
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  endWithUs(child);
  await once(child, 'spawn');
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
    await setTimeout(5);
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop: () => void child.kill(),
  };
}
