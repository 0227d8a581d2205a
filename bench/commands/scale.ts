// `npm --prefix bench run scale`: what a request costs where several processes of ours share one core.
import type { Window } from '../load/measure.ts';
import { describeBriefly, describeCircumstances } from '../report/machine.ts';
import { median } from '../report/summary.ts';
import { section, table } from '../report/table.ts';
import { writeResult } from '../report/write.ts';
import { readOptions } from '../run/options.ts';
import type { RunningServer, Surroundings } from '../run/processes.ts';
import { targetOf } from '../run/rounds.ts';
import { choosePeers, setStage } from '../run/stage.ts';
import { findWorkload } from '../world/workloads.ts';

const COUNTS = [1, 2, 4];

const options = readOptions(process.argv.slice(2));
if (!options) throw new Error('The options are those of the benchmark; --workloads takes one');
const { seconds, warmUp, rounds, connections } = options;
const workload = findWorkload(options.workloads[0] ?? 'w1');
const stage = await setStage(options);
const circumstances = describeCircumstances(options, stage.cores);
const [peer] = choosePeers(stage.peers, ['ours']);
if (!peer) throw new Error('There is no build of ours');

/** Each process has a load of its own. */
const pairs: { readonly server: RunningServer; readonly load: Surroundings }[] = [];
while (pairs.length < Math.max(...COUNTS)) {
  const load = pairs.length === 0 ? stage.surroundings : await stage.startLoad();
  await load.order({ do: 'prepare', workload: workload.name, count: 0 });
  const pair = { server: await stage.start(peer, workload), load };
  pairs.push(pair);
  await measure(pair, { length: warmUp, by: connections });
}
const found = new Map<number, Window[][]>(COUNTS.map((count) => [count, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const count of COUNTS) {
    const by = Math.floor(connections / count);
    const windows = pairs.slice(0, count).map((pair) => measure(pair, { length: seconds, by }));
    found.get(count)?.push(await Promise.all(windows));
  }
}
for (const { server } of pairs) await server.stop();
stage.close();

const lines = [...found].map(([count, rounds]) => {
  const rate = (windows: readonly Window[]) =>
    windows.reduce((sum, { requests, seconds: length }) => sum + requests / length, 0);
  const cells = [
    count,
    Math.round(median(rounds.map(rate))),
    Math.round(median(rounds.flat().flatMap(({ cpuMicros }) => cpuMicros ?? []))),
    Math.max(...rounds.flat().map(({ rssMiB = Number.NaN }) => Math.round(rssMiB))),
  ];
  return cells.map((cell) => cell.toLocaleString('en-US'));
});
writeResult('scale', [
  `# Scale, ${circumstances.date}`,
  `${workload.title}: so many processes of ours on one core, ${connections} connections divided among them. Medians of ${rounds} windows\nof ${seconds} s, in turn. ${describeBriefly(circumstances)}`,
  section('scale', table(['processes', 'req/s of all', 'CPU µs/req', 'largest RSS MiB of one'], lines)),
]);
process.exit();

async function measure(
  { server, load }: (typeof pairs)[number],
  { length, by }: { readonly length: number; readonly by: number },
): Promise<Window> {
  const { window, verdict } = await load.order({
    do: 'measure',
    workload: workload.name,
    target: targetOf(server),
    seconds: length,
    connections: by,
  });
  if (!window || !verdict || verdict.wrong > 0)
    throw new Error(`Wrong answers: ${verdict?.examples.join(' | ')}`);
  return window;
}
