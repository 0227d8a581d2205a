// The command line of the benchmark.
import { parseArgs } from 'node:util';
import type { Build } from '../peers/builds.ts';
import { findWorkload, workloads } from '../world/workloads.ts';
import { findBun, hasRedis } from './prepare.ts';

/** How a run is to be. Seconds are of one window, and of the load before the first. */
export interface Options {
  /** Of the files in results/. */
  readonly name: string;
  /** Whether all servers are measured in all workloads, and not only roughly. */
  readonly isWhole: boolean;
  /** `undefined` is all of them. */
  readonly peers: readonly string[] | undefined;
  readonly workloads: readonly string[];
  readonly rounds: number;
  /** Rounds of servers that no target names. */
  readonly otherRounds: number;
  /** Starts of each server, in a whole run. */
  readonly startRounds: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly connections: number;
  readonly users: number;
  /** Tokens asked for in a sweep before and after each window; before the first all are. */
  readonly sweep: number;
  readonly logLevel: string;
  /** The build to measure; where there is none, the project is built if it has changed. */
  readonly dist: string | undefined;
  /** Further builds of our own to measure beside it. */
  readonly also: readonly Build[];
  /** Whether the first build is measured once more, with a Redis that is started for it. */
  readonly redis: boolean;
  /** The command of Bun, on which the first build is measured once more; absent where there is none. */
  readonly bun: string | undefined;
  /** The command as others can repeat it: without the paths of this machine. */
  readonly command: string;
}

/** What `--help` tells. */
export const USAGE = `npm run bench -- [options]

  --quick               in three minutes the servers that the targets name: rough figures
  --peers a,b           only these, by the names in bench/peers/peers.ts; all
  --workloads a,b       only these: ${workloads.map(({ name }) => name).join(', ')}
  --rounds n            rounds of all peers in turn (5)
  --other-rounds n      of these, rounds of peers that no target names (2 in a whole run)
  --seconds n           of one window (3)
  --warm-up n           seconds of load before the first window (2)
  --connections n       at once (64)
  --users n             and tokens that come in turn (1000)
  --log-level level     of our own server, except in the rows with a log (error)
  --name text           of the files in bench/results (full, quick, part)
  --dist directory      measure this build of our own server and build nothing
  --also name=directory measure this build as well, under that name; can be given again
  --redis               measure ours with a redis-server as well, as ours-redis (a whole run does where there is one)
  --bun command         measure ours on this Bun as well, as ours-bun (tools/bun/node_modules/.bin/bun)
`;

/** The servers that the targets name. */
const QUICK_PEERS = 'ours,ours-log,mercurius,mercurius-log,yoga-jwt,floor-token-cache';
const QUICK = { peers: QUICK_PEERS, rounds: 2, seconds: 0.5, warmUp: 1, sweep: 50 };
const FULL = { peers: 'all', rounds: 5, seconds: 3, warmUp: 2, sweep: 100 };
/** In a whole run: what no target needs is to be told, not to be weighed. */
const OTHER_ROUNDS = 2;

/** Parses the command line; `undefined` where it asks for help. Throws for what it does not know. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean' },
      quick: { type: 'boolean' },
      peers: { type: 'string' },
      workloads: { type: 'string' },
      rounds: { type: 'string' },
      'other-rounds': { type: 'string' },
      seconds: { type: 'string' },
      'warm-up': { type: 'string' },
      connections: { type: 'string', default: '64' },
      users: { type: 'string', default: '1000' },
      'log-level': { type: 'string', default: 'error' },
      name: { type: 'string' },
      dist: { type: 'string' },
      also: { type: 'string', multiple: true, default: [] },
      redis: { type: 'boolean', default: false },
      bun: { type: 'string' },
    },
  });
  if (values.help) return undefined;
  const length = values.quick ? QUICK : FULL;
  const isWhole = !values.quick && values.workloads === undefined && (values.peers ?? 'all') === 'all';
  const users = positive('--users', values.users);
  const rounds = positive('--rounds', values.rounds ?? length.rounds);
  const otherRounds = values['other-rounds'] ?? (isWhole ? OTHER_ROUNDS : rounds);
  return {
    name: values.name ?? (isWhole ? 'full' : values.quick ? 'quick' : 'part'),
    isWhole,
    peers: readPeers(values.peers ?? length.peers),
    workloads: (values.workloads?.split(',') ?? workloads.map(({ name }) => name)).map(
      (name) => findWorkload(name).name,
    ),
    rounds,
    startRounds: 3 * rounds,
    otherRounds: Math.min(rounds, positive('--other-rounds', otherRounds)),
    seconds: positive('--seconds', values.seconds ?? length.seconds),
    warmUp: positive('--warm-up', values['warm-up'] ?? length.warmUp),
    connections: positive('--connections', values.connections),
    users,
    sweep: Math.min(length.sweep, users),
    logLevel: values['log-level'],
    dist: values.dist,
    also: values.also.map(readBuild),
    redis: values.redis || (isWhole && hasRedis()),
    bun: findBun(values.bun),
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args.map(withoutPath)] : [])].join(' '),
  };
}

function readPeers(text: string): readonly string[] | undefined {
  return text === 'all' ? undefined : text.split(',');
}

function positive(name: string, value: string | number): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`${name} must be a number above 0`);
  return number;
}

function readBuild(text: string): Build {
  const [name = '', directory = ''] = text.split('=', 2);
  if (!/^[\w-]+$/.test(name) || directory === '') throw new Error('--also wants name=directory');
  return { name, directory };
}

function withoutPath(argument: string, index: number, all: readonly string[]): string {
  if (all[index - 1] === '--dist') return '<directory>';
  if (all[index - 1] === '--bun') return '<command>';
  return argument.replace(/=.*\/.*$/, '=<directory>');
}
