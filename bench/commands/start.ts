// `npm --prefix bench run start`: from spawning the built server to its first response, against a bare node:http server.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../report/summary.ts';
import { divideCores } from '../run/cores.ts';
import { type FirstAnswer, measureFirstAnswer } from '../run/first-answer.ts';
import { readOptions } from '../run/options.ts';
import { buildOurs, DIST } from '../run/prepare.ts';
import { findPort, startUpstream } from '../run/processes.ts';
import { createMint } from '../world/tokens.ts';
import { createWorld } from '../world/world.ts';

/** Rounds where `--rounds` does not say otherwise. */
const ROUNDS = 15;

const args = process.argv.slice(2);
const options = readOptions(args);
if (!options) throw new Error('The options are those of the benchmark: --rounds, --dist, --also');
const rounds = args.includes('--rounds') ? options.rounds : ROUNDS;
if (options.dist === undefined) buildOurs();
const cores = divideCores();
// This process asks: it must not take the server's core.
if (cores.pinned) execFileSync('taskset', ['-acp', '1', String(process.pid)]);
const world = await createWorld(1);
const [user] = world.users;
if (!user) throw new Error('A world without users');
const token = createMint(world)(user);
const upstream = await startUpstream(world, cores);

interface Case {
  readonly title: string;
  readonly entry: string;
  readonly request: string;
}

const bare = fileURLToPath(new URL('../peers/bare.mjs', import.meta.url));
const builds = [{ name: 'ours', directory: options.dist ?? DIST }, ...options.also];
const cases: readonly Case[] = [
  { title: 'bare node:http', entry: bare, request: get('/') },
  ...builds.flatMap(({ name, directory }) => {
    const entry = join(directory, 'main.js');
    return [
      { title: `${name}, GET /health`, entry, request: get('/health') },
      { title: `${name}, POST /graphql with a token`, entry, request: post() },
    ];
  }),
];
const starts = cases.map((): FirstAnswer[] => []);
for (let round = 0; round < rounds; round += 1) {
  for (const [index, { entry, request }] of cases.entries()) {
    const port = await findPort();
    const command = cores.pin('server', [process.execPath, entry]);
    starts[index]?.push(await measureFirstAnswer({ command, env: envOf(port), port, request }));
  }
}
upstream.stop();
print(['', 'ms', 'times bare', 'CPU ms', 'times bare']);
print(['---', '--:', '--:', '--:', '--:']);
for (const [index, { title }] of cases.entries()) {
  print([title, ...describe(({ time }) => time, index), ...describe(({ cpu = Number.NaN }) => cpu, index)]);
}

/** The median of a case, and the median of its ratios to the bare server, each within a round. */
function describe(read: (start: FirstAnswer) => number, index: number): readonly string[] {
  const [base = [], own = []] = [starts[0], starts[index]].map((each) => each?.map(read));
  const ratios = own.map((value, round) => value / (base[round] ?? Number.NaN));
  return [median(own).toFixed(0), median(ratios).toFixed(1)];
}

function envOf(port: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    STACK_PROJECT_ID: world.projectId,
    STACK_SECRET_SERVER_KEY: world.secretServerKey,
    STACK_API_URL: `http://127.0.0.1:${upstream.ports[0]}`,
    STACK_ISSUER_URL: world.issuerBase,
  };
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`;
}

function post(): string {
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

function print(cells: readonly string[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
