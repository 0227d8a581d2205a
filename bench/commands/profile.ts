// `npm --prefix bench run profile`: where one server's time goes under one workload, by package and by function.
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readOptions } from '../run/options.ts';
import { targetOf } from '../run/rounds.ts';
import { choosePeers, setStage } from '../run/stage.ts';
import { findWorkload } from '../world/workloads.ts';

/** What of a `.cpuprofile` is used here. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN = 30;
const FILE = resolve(process.env['PROFILE_FILE'] ?? 'bench.cpuprofile');
const root = fileURLToPath(new URL('../..', import.meta.url));

const options = readOptions(process.argv.slice(2));
if (!options) throw new Error('--peers and --workloads name the one that is wanted of each');
const stage = await setStage(options);
const { surroundings } = stage;
const [peer] = choosePeers(stage.peers, [options.peers?.[0] ?? 'ours']);
if (!peer) throw new Error('There is no such peer');
const workload = findWorkload(options.workloads[0] ?? 'w1');
const { name } = workload;
const preload = fileURLToPath(new URL('../run/profile-preload.mjs', import.meta.url));
const server = await stage.start(
  { ...peer, flags: ['--import', preload], env: { ...peer.env, PROFILE_FILE: FILE } },
  workload,
);
const target = targetOf(server);
const { connections, seconds, warmUp } = options;
await surroundings.order({ do: 'prepare', workload: name, count: Math.ceil(10_000 * (seconds + warmUp)) });
await surroundings.order({ do: 'sweep', workload: name, target, count: options.sweep });
await surroundings.order({ do: 'measure', workload: name, target, seconds: warmUp, connections });
process.kill(server.pid, 'SIGUSR2');
await setTimeout(500);
const { window } = await surroundings.order({ do: 'measure', workload: name, target, seconds, connections });
process.kill(server.pid, 'SIGUSR2');
await server.exited;
stage.close();
if (!window) throw new Error('Nothing was measured');
const rate = Math.round(window.requests / window.seconds);
const cost = window.cpuMicros?.toFixed(0) ?? '?';
process.stdout.write(
  `${peer.title}, ${name}: ${rate}/s and ${cost} µs each while profiled. All of it: ${FILE}\n`,
);
show(JSON.parse(readFileSync(FILE, 'utf8')));

/** Prints self times: of the whole, without what was idle. */
function show({ nodes, samples, timeDeltas }: Profile): void {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byPlace = new Map<string, number>();
  const byPackage = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (!frame || frame.functionName === '(idle)') continue;
    const time = timeDeltas[index] ?? 0;
    const place = `${frame.functionName || '(anonymous)'}  ${placeOf(frame.url)}:${frame.lineNumber + 1}`;
    total += time;
    byPlace.set(place, (byPlace.get(place) ?? 0) + time);
    const owner = frame.url === '' ? nativeOf(frame.functionName) : packageOf(frame.url);
    byPackage.set(owner, (byPackage.get(owner) ?? 0) + time);
  }
  for (const [title, times] of [['package', byPackage] as const, ['function', byPlace] as const]) {
    process.stdout.write(`\nself time by ${title}\n`);
    const sorted = [...times].sort(([, one], [, other]) => other - one).slice(0, SHOWN);
    for (const [name, time] of sorted) {
      process.stdout.write(`${((time / total) * 100).toFixed(1).padStart(6)} %  ${name}\n`);
    }
  }
}

/** Work of the engine has a name in brackets. */
function nativeOf(functionName: string): string {
  return functionName.startsWith('(') ? functionName : '(native)';
}

function packageOf(url: string): string {
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (inPackage !== undefined) return inPackage;
  return url.startsWith('node:') ? (url.split('/')[0] ?? url) : placeOf(url);
}

function placeOf(url: string): string {
  if (!url.startsWith('file:')) return url;
  const path = fileURLToPath(url);
  return path.includes('/node_modules/') ? path.replace(/.*\/node_modules\//, '') : relative(root, path);
}
