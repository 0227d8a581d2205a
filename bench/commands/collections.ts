// `npm --prefix bench run collections`: what young collections cost each server, and how much outlives them.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { GCProfilerResult } from 'node:v8';
import type { Window } from '../load/measure.ts';
import type { Peer } from '../peers/peers.ts';
import { readOptions } from '../run/options.ts';
import { targetOf } from '../run/rounds.ts';
import { choosePeers, setStage } from '../run/stage.ts';
import { findWorkload, type Workload } from '../world/workloads.ts';

const SERVERS = ['ours', 'mercurius', 'floor-token-cache'];
const WORKLOADS = ['w1', 'w2', 'w3'];
const preload = fileURLToPath(new URL('../../test/support/watch-collections.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'collections-'));

const args = process.argv.slice(2);
const options = readOptions(args);
if (!options) throw new Error('The options are those of the benchmark');
const { connections, seconds, warmUp } = options;
const stage = await setStage(options);
const chosen = args.includes('--workloads') ? options.workloads : WORKLOADS;
const head = ['server', 'workload', 'µs/req', 'collections: µs/req', 'ms each', 'stays KB', 'becomes old KB'];
print(head);
print(head.map((_title, column) => (column < 2 ? '---' : '--:')));
for (const name of chosen) {
  for (const peer of choosePeers(stage.peers, options.peers ?? SERVERS)) {
    print(await watch(peer, findWorkload(name)));
  }
}
stage.close();
rmSync(folder, { recursive: true });
process.exit();

/** One server under one workload, as the cells of a row. */
async function watch(peer: Peer, workload: Workload): Promise<readonly string[]> {
  const file = join(folder, `${peer.name}-${workload.name}.json`);
  const env = { ...peer.env, COLLECTIONS_FILE: file };
  const server = await stage.start({ ...peer, env, flags: ['--import', preload] }, workload);
  const target = targetOf(server);
  const { order } = stage.surroundings;
  const { name } = workload;
  await order({ do: 'prepare', workload: name, count: Math.ceil(10_000 * (seconds + warmUp)) });
  await order({ do: 'sweep', workload: name, target, count: options?.sweep ?? 0 });
  await order({ do: 'measure', workload: name, target, seconds: warmUp, connections });
  process.kill(server.pid, 'SIGUSR2');
  const { window } = await order({ do: 'measure', workload: name, target, seconds, connections });
  process.kill(server.pid, 'SIGUSR2');
  while (!existsSync(file)) await setTimeout(20);
  await setTimeout(100);
  await server.stop();
  if (!window) throw new Error('Nothing was measured');
  return [peer.title, name, ...describe(JSON.parse(readFileSync(file, 'utf8')), window)];
}

function describe({ statistics }: GCProfilerResult, { requests, cpuMicros }: Window): readonly string[] {
  const young = statistics.filter(({ gcType }) => gcType === 'Scavenge');
  const mean = (read: (collection: (typeof young)[number]) => number) =>
    young.reduce((sum, each) => sum + read(each), 0) / young.length;
  const cost = mean((each) => each.cost);
  return [
    cpuMicros?.toFixed(0) ?? '?',
    ((cost * young.length) / requests).toFixed(1),
    (cost / 1000).toFixed(2),
    (mean(({ afterGC }) => used(afterGC, 'new_space')) / 1024).toFixed(0),
    (mean((each) => used(each.afterGC, 'old_space') - used(each.beforeGC, 'old_space')) / 1024).toFixed(0),
  ];
}

function used(
  { heapSpaceStatistics }: GCProfilerResult['statistics'][number]['afterGC'],
  space: string,
): number {
  return heapSpaceStatistics.find(({ spaceName }) => spaceName === space)?.spaceUsedSize ?? Number.NaN;
}

function print(cells: readonly string[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
