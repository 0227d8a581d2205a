// Who is measured. Each peer's own file says what makes it the well-tuned production form of its kind.
import { fileURLToPath } from 'node:url';
import { findWorkload } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

/** A server under test. */
export interface Peer {
  readonly name: string;
  readonly title: string;
  /** What node runs. */
  readonly entry: string;
  /** Node's own options. */
  readonly flags?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The only workloads that it is for; all where there are none. */
  readonly workloads?: readonly string[];
  /** Whether it is a build of our own server. */
  readonly isOurs?: boolean;
  /** Whether everybody gets the first user's answer: a floor, no server. */
  readonly constant: boolean;
}

/** The builds of our own server: a name, and the directory that holds its `main.js`. */
export interface Build {
  readonly name: string;
  readonly directory: string;
  /** Settings that the other builds do not have. */
  readonly env?: Readonly<Record<string, string>>;
}

const MERCURIUS = 'Mercurius (jit) + mercurius-auth + fast-jwt';

/** More than any run asks for: everything is still counted, and nothing is refused. */
const BEYOND_REACH = '100000000';

/** Ratios are taken to these two. */
export const BASELINES = ['yoga-jwt', 'floor-token-cache'] as const;

/** All peers, our own builds first. `logLevel` is that of our builds. */
export function listPeers({
  world,
  builds,
  logLevel,
}: {
  readonly world: World;
  readonly builds: readonly Build[];
  readonly logLevel: string;
}): readonly Peer[] {
  const ours = builds.map((build): Peer => {
    const env = {
      RATE_LIMIT: BEYOND_REACH,
      RATE_LIMIT_FAILED: BEYOND_REACH,
      RATE_LIMIT_ANONYMOUS_USERS: BEYOND_REACH,
      RATE_LIMIT_ANONYMOUS_CALLS: BEYOND_REACH,
      PROFILE_CACHE_TTL: '0',
      LOG_LEVEL: logLevel,
      ...build.env,
    };
    const title = build.name === 'ours' ? 'stack-auth-graphql' : `stack-auth-graphql, ${build.name}`;
    return {
      name: build.name,
      title,
      entry: `${build.directory}/main.js`,
      env,
      constant: false,
      isOurs: true,
    };
  });
  const [first] = ours;
  if (!first) throw new Error('There is no build of our own server');
  const { RATE_LIMIT_FAILED: _default, ...defaults } = first.env;
  return [
    ...ours,
    {
      ...first,
      name: 'ours-60-failures',
      title: 'stack-auth-graphql, 60 failures a minute',
      env: defaults,
      workloads: ['w4-garbage', 'w4-forged'],
    },
    {
      ...first,
      name: 'ours-quiet',
      title: 'stack-auth-graphql, LOG_LEVEL=warn',
      env: { ...first.env, LOG_LEVEL: 'warn' },
      workloads: ['w1'],
    },
    peer('mercurius', MERCURIUS),
    {
      ...peer('mercurius', MERCURIUS),
      name: 'mercurius-log',
      title: "Mercurius, with Fastify's log of requests",
      env: { REQUEST_LOG: 'true' },
      workloads: ['w1'],
    },
    peer('graphql-http', 'graphql-http + jose on node:http'),
    peer('apollo-express', 'Apollo Server 5 + Express 5 + jose'),
    peer('yoga-jwt', 'GraphQL Yoga + @graphql-yoga/plugin-jwt'),
    peer('floor-token-cache', 'floor: node:http with a token cache, no GraphQL'),
    {
      ...peer('floor-constant', 'floor: node:http, constant answer'),
      env: { FLOOR_BODY: constantBody(world) },
      workloads: ['w1'],
      constant: true,
    },
  ];
}

function peer(name: string, title: string): Peer {
  const entry = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  return { name, title, entry, env: {}, constant: false };
}

function constantBody({ users: [first] }: World): string {
  if (!first) throw new Error('A world without users');
  return JSON.stringify({ data: findWorkload('w1').data(first) });
}
