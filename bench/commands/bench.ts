// `npm run bench`: our built server and its peers on loopback, workload by workload, written down in results/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toChart } from '../report/chart.ts';
import { type Circumstances, describeCircumstances } from '../report/machine.ts';
import { toMarkdown } from '../report/markdown.ts';
import { type Summary, summarise } from '../report/summary.ts';
import { type Options, readOptions, USAGE } from '../run/options.ts';
import { type Measured, measureRounds, type Round } from '../run/rounds.ts';
import { choosePeers, setStage, takesPart } from '../run/stage.ts';
import { shareRounds } from '../world/workloads.ts';

const results = fileURLToPath(new URL('../results/', import.meta.url));
const tell = (line: string) => void process.stdout.write(`${line}\n`);

const options = readOptions(process.argv.slice(2));
if (options) await run(options);
else tell(USAGE);

async function run(asked: Options): Promise<void> {
  const stage = await setStage(asked);
  const circumstances = describeCircumstances(asked, stage.cores);
  const peers = asked.peers
    ? choosePeers(stage.peers, [
        ...asked.peers,
        ...(asked.redis ? ['ours-redis'] : []),
        ...asked.also.map(({ name }) => name),
      ])
    : stage.peers;
  const measured: Measured[] = [];
  try {
    for (const together of shareRounds(asked.workloads)) {
      // A server's workloads follow each other: what disturbs one of them mostly disturbs the other.
      const participants = peers.flatMap((peer) =>
        together.filter((workload) => takesPart(peer, workload)).map((workload) => ({ peer, workload })),
      );
      if (participants.length === 0) continue;
      measured.push(await measureRounds({ participants, options: asked, stage, tell }));
    }
  } finally {
    stage.close();
  }
  const rounds = measured.flatMap((each) => each.rounds);
  const summary = summarise({
    peers,
    rounds,
    faults: measured.flatMap((each) => each.faults),
    starts: measured.flatMap((each) => each.starts),
  });
  write({ summary, rounds, circumstances, options: asked });
  // Not counted is not unnoticed.
  if (summary.faults.length > 0 || rounds.length === 0) process.exitCode = 1;
}

function write(found: {
  readonly summary: Summary;
  readonly rounds: readonly Round[];
  readonly circumstances: Circumstances;
  readonly options: Options;
}): void {
  const { summary, rounds, circumstances, options: asked } = found;
  const page = toMarkdown(summary, circumstances);
  const file = `${circumstances.date}-${asked.name}`;
  mkdirSync(results, { recursive: true });
  writeFileSync(`${results}${file}.md`, page);
  writeFileSync(
    `${results}${file}.json`,
    `${JSON.stringify({ circumstances, ...summary, rounds }, null, 2)}\n`,
  );
  tell(`\n${page}\nWritten: bench/results/${file}.md and .json`);
  // The README shows it: a rough or a partial run must not take its place.
  if (!asked.isWhole) return;
  writeFileSync(`${results}latest.svg`, toChart(summary, circumstances));
  tell('Written: bench/results/latest.svg');
}
