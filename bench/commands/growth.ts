// `npm --prefix bench run growth`: what a request costs with 1 to 100,000 users, and memory over millions of requests.
import type { Window } from '../load/measure.ts';
import { type Circumstances, describeBriefly, describeCircumstances } from '../report/machine.ts';
import { median } from '../report/summary.ts';
import { section, table } from '../report/table.ts';
import { writeResult } from '../report/write.ts';
import { type Options, readOptions } from '../run/options.ts';
import { targetOf } from '../run/rounds.ts';
import { choosePeers, setStage } from '../run/stage.ts';
import { findWorkload } from '../world/workloads.ts';

const COUNTS = [1, 100, 1_000, 10_000, 100_000];
const MANY_REQUESTS = 2_000_000;

const options = readOptions(process.argv.slice(2));
if (!options)
  throw new Error('The options are those of the benchmark; --peers and --workloads take one each');
const rows: string[][] = [];
let circumstances: Circumstances | undefined;
for (const users of COUNTS) {
  const windows = await measureWith({ ...options, users }, users === 1_000 ? MANY_REQUESTS : 0);
  const last = windows.slice(-options.rounds);
  const cost = median(last.flatMap(({ cpuMicros }) => cpuMicros ?? []));
  const rate = median(last.map(({ requests, seconds }) => requests / seconds));
  const rss = windows.map(({ rssMiB = Number.NaN }) => Math.round(rssMiB));
  const total = windows.reduce((sum, { requests }) => sum + requests, 0);
  const cells = [
    users,
    total,
    Math.round(rate),
    Math.round(cost),
    `${rss[0]} → ${rss.at(-1)}`,
    Math.max(...rss),
  ];
  rows.push(cells.map((cell) => cell.toLocaleString('en-US')));
  process.stdout.write(`${rows.at(-1)?.join('  ')}\n`);
}
if (!circumstances) throw new Error('Nothing was measured');
const page = [
  `# Growth, ${circumstances.date}`,
  `W1 in turn over so many users, each with one token; before the first window every token was asked with once. Up to 100,000
tokens are remembered. ${describeBriefly(circumstances)}`,
  section(
    'growth',
    table(['users', 'requests', 'req/s', 'CPU µs/req', 'RSS MiB, first window → last', 'largest'], rows),
  ),
];
writeResult('growth', page);

/** Measures one server over so many users: as many windows as there are rounds, or until there were `least` requests. */
async function measureWith(asked: Options, least: number): Promise<readonly Window[]> {
  const stage = await setStage(asked);
  circumstances ??= describeCircumstances(asked, stage.cores);
  const { surroundings } = stage;
  try {
    const workload = findWorkload('w1');
    const [peer] = choosePeers(stage.peers, ['ours']);
    if (!peer) throw new Error('There is no build of ours');
    const server = await stage.start(peer, workload);
    const target = targetOf(server);
    const { name } = workload;
    const { seconds, warmUp, connections } = asked;
    await surroundings.order({ do: 'prepare', workload: name, count: 0 });
    await surroundings.order({ do: 'measure', workload: name, target, seconds: warmUp, connections });
    const { verdict: swept } = await surroundings.order({
      do: 'sweep',
      workload: name,
      target,
      count: asked.users,
    });
    if (swept?.wrong !== 0) throw new Error(`Wrong answers: ${swept?.examples.join(' | ')}`);
    const windows: Window[] = [];
    let requests = 0;
    while (windows.length < asked.rounds || requests < least) {
      const order = { do: 'measure', workload: name, target, seconds, connections } as const;
      const { window, verdict } = await surroundings.order(order);
      if (!window || !verdict || verdict.wrong > 0)
        throw new Error(`Wrong answers: ${verdict?.examples.join(' | ')}`);
      windows.push(window);
      requests += window.requests;
    }
    await server.stop();
    return windows;
  } finally {
    stage.close();
  }
}
