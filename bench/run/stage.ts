// All that a run needs around the server that is measured: packages, a build, a world, load and provider.
import { resolve } from 'node:path';
import { listPeers, type Peer } from '../peers/peers.ts';
import type { Workload } from '../world/workloads.ts';
import { createWorld, type World } from '../world/world.ts';
import { type Cores, divideCores } from './cores.ts';
import type { Options } from './options.ts';
import { buildOurs, DIST, installPeers } from './prepare.ts';
import { type RunningServer, type Surroundings, startServer, startSurroundings } from './processes.ts';
import { startRedis } from './redis.ts';

/** A stage that is set. Must be closed. */
export interface Stage {
  readonly cores: Cores;
  readonly peers: readonly Peer[];
  readonly surroundings: Surroundings;
  /** Starts a server in front of the provider that the workload wants. */
  start(peer: Peer, workload: Pick<Workload, 'upstreamDelay' | 'ownEnv'>): Promise<RunningServer>;
  /** A further load, of the same users. */
  startLoad(): Promise<Surroundings>;
  close(): void;
}

/** Sets the stage, installing and building what is missing. */
export async function setStage(options: Options): Promise<Stage> {
  installPeers();
  if (options.dist === undefined) buildOurs();
  const world: World = await createWorld(options.users);
  const cores = divideCores();
  const redis = options.redis ? await startRedis(cores) : undefined;
  const builds = [{ name: 'ours', directory: options.dist ?? DIST }, ...options.also].map(
    ({ name, directory }) => ({ name, directory: resolve(directory) }),
  );
  const surroundings = await startSurroundings(world, cores);
  const all = [surroundings];
  return {
    cores,
    peers: listPeers({ world, builds, logLevel: options.logLevel, bun: options.bun, redis: redis?.url }),
    surroundings,
    start: (peer, { upstreamDelay, ownEnv }) =>
      startServer(
        { ...peer, env: { ...peer.env, ...ownEnv } },
        { world, cores, upstreamPort: surroundings.upstream[upstreamDelay] },
      ),
    async startLoad() {
      const further = await startSurroundings(world, cores);
      all.push(further);
      return further;
    },
    close() {
      for (const each of all) each.stop();
      redis?.stop();
    },
  };
}

/** The peers of these names. Throws where there is none of a name. */
export function choosePeers(peers: readonly Peer[], names: readonly string[]): readonly Peer[] {
  const unknown = names.find((name) => !peers.some((peer) => peer.name === name));
  if (unknown) throw new Error(`There is no peer ${unknown}: ${peers.map(({ name }) => name).join(', ')}`);
  return peers.filter(({ name }) => names.includes(name));
}
