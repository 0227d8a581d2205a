// Our own server: its builds, and the settings in which each is measured.
import { workloads } from '../world/workloads.ts';
import type { Peer, PeersOptions } from './peers.ts';

/** A build of our own server: a name, and the directory that holds its `main.js`. */
export interface Build {
  readonly name: string;
  readonly directory: string;
}

/** More than any run asks for: each request is counted, and none is refused. */
const BEYOND_REACH = '100000000';

/** By default 60 failures a minute; that alone is what `ours-60-failures` leaves as it is. */
const LIMITS = {
  RATE_LIMIT: BEYOND_REACH,
  RATE_LIMIT_ANONYMOUS_USERS: BEYOND_REACH,
  RATE_LIMIT_ANONYMOUS_CALLS: BEYOND_REACH,
};

const BUN_WORKLOADS = ['w1', 'w2', 'w3', 'w4-garbage'];

/** All rows of our own. The first build is measured in further settings, and on Bun where there is one. */
export function listBuilds({ builds, logLevel, bun, redis }: PeersOptions): readonly Peer[] {
  const [ours, ...others] = builds.map((build) => toPeer(build, logLevel));
  if (!ours) throw new Error('There is no build of our own server');
  const { title, env } = ours;
  const { RATE_LIMIT_FAILED: _default, ...defaults } = env;
  const traces = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' };
  const further = (name: string, what: string, changed: Partial<Peer>): Peer => ({
    ...ours,
    workloads: ['w1'],
    ...changed,
    name: `ours-${name}`,
    title: `${title}, ${what}`,
  });
  const log = { setting: 'log', env: { ...env, LOG_LEVEL: 'info' } } as const;
  const onBun = bun === undefined ? undefined : { server: 'ours-bun', runtime: bun };
  return [
    ours,
    further('log', 'log', log),
    further('60-failures', '60 failures a minute', { env: defaults, workloads: ['w4-garbage', 'w4-forged'] }),
    further('traced', '1 % of requests traced', { env: { ...env, ...traces }, isTraced: true }),
    further('metrics', 'with metrics', { env: { ...env, METRICS_PORT: '0' } }),
    ...(redis === undefined ? [] : [further('redis', 'with Redis', { env: { ...env, REDIS_URL: redis } })]),
    ...(onBun === undefined
      ? []
      : [
          further('bun', 'on Bun', { ...onBun, workloads: BUN_WORKLOADS }),
          further('bun-log', 'on Bun, log', { ...onBun, ...log }),
        ]),
    ...others,
  ];
}

function toPeer({ name, directory }: Build, logLevel: string): Peer {
  return {
    name,
    title: name === 'ours' ? 'stack-auth-graphql' : `stack-auth-graphql, ${name}`,
    server: name,
    setting: 'bare',
    entry: `${directory}/main.js`,
    env: { ...LIMITS, RATE_LIMIT_FAILED: BEYOND_REACH, PROFILE_CACHE_TTL: '0', LOG_LEVEL: logLevel },
    workloads: workloads.map((workload) => workload.name),
    constant: false,
  };
}
