// `npm --prefix bench run flood`: how good requests fare beside a flood of bad tokens from the same address.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Window } from '../load/measure.ts';
import { describeCircumstances } from '../report/machine.ts';
import { median } from '../report/summary.ts';
import { readOptions } from '../run/options.ts';
import type { RunningServer, Surroundings } from '../run/processes.ts';
import { targetOf } from '../run/rounds.ts';
import { choosePeers, setStage } from '../run/stage.ts';
import { findWorkload } from '../world/workloads.ts';

/** Connections of those with good tokens; the flood has as many as the options say. */
const GOOD = 8;
const FLOODS = [undefined, 'w4-garbage', 'w4-forged'] as const;
const SERVERS = ['ours-60-failures', 'ours', 'mercurius', 'yoga-jwt'];

const options = readOptions(process.argv.slice(2));
if (!options) throw new Error('The options are those of the benchmark; --peers names the servers');
const { seconds, warmUp, rounds, connections } = options;
const stage = await setStage(options);
const circumstances = describeCircumstances(options, stage.cores);
const flood = await stage.startLoad();
const lines: string[] = [];
for (const peer of choosePeers(stage.peers, options.peers ?? SERVERS)) {
  const server = await stage.start(peer, findWorkload('w1'));
  await prepare(stage.surroundings, 'w1');
  await measure(stage.surroundings, { server, workload: 'w1', length: warmUp, by: connections });
  for (const kind of FLOODS) {
    const found: { readonly good: Window; readonly bad: Window | undefined }[] = [];
    if (kind) await prepare(flood, kind);
    for (let round = 0; round < rounds; round += 1) {
      // The flood is there before the window opens and after it closes.
      const flooding =
        kind && measure(flood, { server, workload: kind, length: seconds + 1, by: connections });
      const good = await measure(stage.surroundings, { server, workload: 'w1', length: seconds, by: GOOD });
      found.push({ good, bad: await flooding });
    }
    const rateOf = (window: Window | undefined) => (window ? window.requests / window.seconds : 0);
    const cells = [
      peer.title,
      kind ? findWorkload(kind).title.replace('W4: ', '') : 'none',
      Math.round(median(found.map(({ bad }) => rateOf(bad)))).toLocaleString('en-US'),
      Math.round(median(found.map(({ good }) => rateOf(good)))).toLocaleString('en-US'),
      median(found.map(({ good }) => good.p50)).toFixed(1),
      median(found.map(({ good }) => good.p99)).toFixed(1),
    ];
    lines.push(`| ${cells.join(' | ')} |`);
    process.stdout.write(`${lines.at(-1)}\n`);
  }
  await server.stop();
}
stage.close();
const page = [
  `# Flood, ${circumstances.date}`,
  '',
  `W1 over ${GOOD} connections, beside a flood of bad tokens over ${connections}, all from one address. Medians of ${rounds} windows of`,
  `${seconds} s. Node ${circumstances.node}, ${circumstances.cores} cores, pinned: ${circumstances.pinned}, load average before the run`,
  `${circumstances.loadBefore}; commit ${circumstances.commit}.`,
  '',
  '| server | flood | bad req/s | good req/s | good p50 ms | good p99 ms |',
  '|---|---|--:|--:|--:|--:|',
  ...lines,
  '',
].join('\n');
const file = `${circumstances.date}-flood.md`;
writeFileSync(fileURLToPath(new URL(`../results/${file}`, import.meta.url)), page);
process.stdout.write(`\n${page}\nWritten: bench/results/${file}\n`);

async function prepare(load: Surroundings, workload: string): Promise<void> {
  await load.order({ do: 'prepare', workload, count: 0 });
}

async function measure(
  load: Surroundings,
  asked: {
    readonly server: RunningServer;
    readonly workload: string;
    readonly length: number;
    readonly by: number;
  },
): Promise<Window> {
  const { window, verdict } = await load.order({
    do: 'measure',
    workload: asked.workload,
    target: targetOf(asked.server),
    seconds: asked.length,
    connections: asked.by,
  });
  if (!window || !verdict) throw new Error('Nothing was measured');
  if (verdict.wrong > 0) throw new Error(`Wrong answers: ${verdict.examples.join(' | ')}`);
  return window;
}
