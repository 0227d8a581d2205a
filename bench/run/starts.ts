// Starts: the built server from spawning it to its first response, against a bare node:http server.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StartRow } from '../report/starts.ts';
import { median } from '../report/summary.ts';
import { createMint } from '../world/tokens.ts';
import { createWorld } from '../world/world.ts';
import type { Cores } from './cores.ts';
import { type FirstAnswer, measureFirstAnswer } from './first-answer.ts';
import type { Options } from './options.ts';
import { DIST } from './prepare.ts';
import { findPort, startUpstream } from './processes.ts';

/** Builds as the options name them. */
export interface StartsOptions {
  readonly options: Pick<Options, 'dist' | 'also' | 'bun'>;
  readonly rounds: number;
  readonly cores: Cores;
}

interface Case {
  readonly title: string;
  readonly command: readonly string[];
  readonly request: string;
}

/** Starts each case in turn, round by round. From then on this process is held to the core of the load, for it is what asks. */
export async function measureStarts({ options, rounds, cores }: StartsOptions): Promise<readonly StartRow[]> {
  if (cores.pinned) execFileSync('taskset', ['-acp', '1', String(process.pid)], { stdio: 'ignore' });
  const world = await createWorld(1);
  const [user] = world.users;
  if (!user) throw new Error('A world without users');
  const upstream = await startUpstream(world, cores);
  const cases = listCases(options, createMint(world)(user));
  const starts = cases.map((): FirstAnswer[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { command, request }] of cases.entries()) {
      const port = await findPort();
      const env = {
        PATH: process.env['PATH'] ?? '',
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: String(port),
        STACK_PROJECT_ID: world.projectId,
        STACK_SECRET_SERVER_KEY: world.secretServerKey,
        STACK_API_URL: `http://127.0.0.1:${upstream.ports[0]}`,
        STACK_ISSUER_URL: world.issuerBase,
      };
      const pinned = cores.pin('server', command);
      starts[index]?.push(await measureFirstAnswer({ command: pinned, env, port, request }));
    }
  }
  upstream.stop();
  return cases.map(({ title }, index) => toRow(title, starts[index] ?? [], starts[0] ?? []));
}

function listCases({ dist, also, bun }: StartsOptions['options'], token: string): readonly Case[] {
  const bare = fileURLToPath(new URL('../peers/bare.mjs', import.meta.url));
  const entryOf = (directory: string) => join(directory, 'main.js');
  const ours = entryOf(dist ?? DIST);
  const servers = [
    { name: 'ours', command: [process.execPath, ours] },
    ...(bun === undefined ? [] : [{ name: 'ours on Bun', command: [bun, ours] }]),
    ...also.map(({ name, directory }) => ({ name, command: [process.execPath, entryOf(directory)] })),
  ];
  return [
    { title: 'bare node:http', command: [process.execPath, bare], request: get('/') },
    ...servers.flatMap(({ name, command }) => [
      { title: `${name}, GET /health`, command, request: get('/health') },
      { title: `${name}, POST /graphql with a token`, command, request: post(token) },
    ]),
  ];
}

function toRow(title: string, own: readonly FirstAnswer[], bare: readonly FirstAnswer[]): StartRow {
  const times = (read: (start: FirstAnswer) => number) => {
    const base = bare.map(read);
    return median(own.map(read).map((value, round) => value / (base[round] ?? Number.NaN)));
  };
  const cpuOf = ({ cpu = Number.NaN }: FirstAnswer) => cpu;
  return {
    title,
    time: median(own.map(({ time }) => time)),
    timeRatio: times(({ time }) => time),
    cpu: median(own.map(cpuOf)),
    cpuRatio: times(cpuOf),
  };
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`;
}

function post(token: string): string {
  const body = JSON.stringify({ query: '{ me { id isAnonymous } }' });
  const head = [
    'POST /graphql HTTP/1.1',
    'host: 127.0.0.1',
    'connection: close',
    'content-type: application/json',
    `x-stack-access-token: ${token}`,
    `content-length: ${body.length}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
