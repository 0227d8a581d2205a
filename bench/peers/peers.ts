// Who is measured. Each peer's own file says what makes it the well-tuned production form of its kind.
import { fileURLToPath } from 'node:url';
import { findWorkload, workloads } from '../world/workloads.ts';
import type { World } from '../world/world.ts';
import { type Build, listBuilds } from './builds.ts';

/** What a server does besides answering. Limits of our own server are on in each. */
export type Setting = 'bare' | 'log' | 'log and limits';

/** A server under test. */
export interface Peer {
  readonly name: string;
  readonly title: string;
  /** The name of the server of which this is one setting; the same as `name` for most. */
  readonly server: string;
  readonly setting: Setting;
  /** What runs the entry where it is not this process's Node. */
  readonly runtime?: string;
  readonly entry: string;
  /** Options of Node. */
  readonly flags?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The names of the workloads in which it is measured. */
  readonly workloads: readonly string[];
  /** Whether its traces are sent to the provider's process. */
  readonly isTraced?: boolean;
  /** Whether all users get the first one's answer: no server, but the cost of node:http. */
  readonly constant: boolean;
}

/** Ratios in the tables are taken to these two. */
export const BASELINES = ['yoga-jwt', 'floor-token-cache'] as const;

/** `logLevel` is that of our builds where it is not part of their setting. */
export interface PeersOptions {
  readonly world: World;
  readonly builds: readonly Build[];
  readonly logLevel: string;
  /** Absent where there is none. */
  readonly bun?: string | undefined;
  /** The URL of a Redis for one row of our own; absent where there is none. */
  readonly redis?: string | undefined;
}

const LOGGED: Readonly<Record<Exclude<Setting, 'bare'>, Peer['env']>> = {
  log: { REQUEST_LOG: 'true' },
  'log and limits': { REQUEST_LOG: 'true', RATE_LIMITS: 'true' },
};

/** All peers, our own builds first. */
export function listPeers(options: PeersOptions): readonly Peer[] {
  return [
    ...listBuilds(options),
    ...inAllSettings('mercurius', 'Mercurius (jit) + mercurius-auth + fast-jwt'),
    ...inAllSettings('graphql-http', 'graphql-http + jose on node:http'),
    ...inAllSettings('apollo-express', 'Apollo Server 5 + Express 5 + jose'),
    ...inAllSettings('yoga-jwt', 'GraphQL Yoga + @graphql-yoga/plugin-jwt'),
    peer('floor-token-cache', 'floor: node:http with a token cache, no GraphQL'),
    {
      ...peer('floor-constant', 'floor: node:http, constant answer'),
      env: { FLOOR_BODY: constantBody(options.world) },
      workloads: ['w1'],
      constant: true,
    },
  ];
}

/** Without a log in all workloads, with one in W1 alone: what a line costs is the same in each. */
function inAllSettings(name: string, title: string): readonly Peer[] {
  const bare = peer(name, title);
  const { log, 'log and limits': logAndLimits } = LOGGED;
  const workloads = ['w1'];
  return [
    bare,
    { ...bare, name: `${name}-log`, title: `${title}, log`, setting: 'log', env: log, workloads },
    {
      ...bare,
      name: `${name}-log-limits`,
      title: `${title}, log and limits`,
      setting: 'log and limits',
      env: logAndLimits,
      workloads,
    },
  ];
}

function peer(name: string, title: string): Peer {
  return {
    name,
    title,
    server: name,
    setting: 'bare',
    entry: fileURLToPath(new URL(`${name}.mjs`, import.meta.url)),
    env: {},
    workloads: workloads.filter(({ ownEnv }) => ownEnv === undefined).map((workload) => workload.name),
    constant: false,
  };
}

function constantBody({ users: [first] }: World): string {
  if (!first) throw new Error('A world without users');
  return JSON.stringify({ data: findWorkload('w1').data(first) });
}
