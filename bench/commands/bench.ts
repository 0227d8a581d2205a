// `npm run bench`: our built server and its peers on loopback, workload by workload, written down in results/.
import { toChart } from '../report/chart.ts';
import type { Floods } from '../report/floods.ts';
import { type Circumstances, describeCircumstances } from '../report/machine.ts';
import { toMarkdown } from '../report/markdown.ts';
import { carriesTarget } from '../report/ratios.ts';
import type { StartRow } from '../report/starts.ts';
import { type Summary, summarise } from '../report/summary.ts';
import { checkTargets, type Found } from '../report/targets.ts';
import { writeFile, writeResult } from '../report/write.ts';
import { measureFloods } from '../run/floods.ts';
import { type Options, readOptions, USAGE } from '../run/options.ts';
import { type Measured, measureRounds } from '../run/rounds.ts';
import { choosePeers, type Stage, setStage } from '../run/stage.ts';
import { measureStarts } from '../run/starts.ts';
import { shareRounds } from '../world/workloads.ts';

const tell = (line: string) => void process.stdout.write(`${line}\n`);

const options = readOptions(process.argv.slice(2));
if (options) await run(options);
else tell(USAGE);

async function run(asked: Options): Promise<void> {
  if (asked.bun === undefined)
    tell('No Bun: the rows of our server on Bun are left out (--bun, or npm ci in tools/bun)');
  const stage = await setStage(asked);
  const circumstances = describeCircumstances(asked, stage.cores);
  let summary: Summary;
  let floods: Floods | undefined;
  let starts: readonly StartRow[] | undefined;
  try {
    summary = await measure(asked, stage);
    if (asked.isWhole) floods = await attempt('flood', () => measureFlooding(asked, stage));
  } finally {
    stage.close();
  }
  // This holds our own process to a core: it comes last.
  if (asked.isWhole) {
    const { startRounds: rounds } = asked;
    starts = await attempt('start', () => measureStarts({ options: asked, rounds, cores: stage.cores }));
  }
  write({ summary, floods, starts: starts ?? [] }, { circumstances, asked });
  // Not counted is not unnoticed.
  if (summary.faults.length > 0 || summary.rounds.length === 0) process.exitCode = 1;
}

/** A part whose failure must not cost the results of the others. It is told, and the run ends with exit code 1. */
async function attempt<T>(what: string, step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    tell(`${what}: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
    return undefined;
  }
}

async function measure(asked: Options, stage: Stage): Promise<Summary> {
  const peers = asked.peers
    ? choosePeers(stage.peers, [
        ...asked.peers,
        ...(asked.redis ? ['ours-redis'] : []),
        ...asked.also.map(({ name }) => name),
      ])
    : stage.peers;
  const measured: Measured[] = [];
  for (const together of shareRounds(asked.workloads)) {
    // A server's workloads follow each other: what disturbs one of them mostly disturbs the other.
    const participants = peers.flatMap((peer) =>
      together
        .filter((workload) => peer.workloads.includes(workload.name))
        .map((workload) => {
          const isTarget = carriesTarget({ peer: peer.name, workload: workload.name });
          return { peer, workload, rounds: isTarget ? asked.rounds : asked.otherRounds };
        }),
    );
    if (participants.length === 0) continue;
    measured.push(await measureRounds({ participants, options: asked, stage, tell }));
  }
  return summarise({
    peers,
    rounds: measured.flatMap(({ rounds }) => rounds),
    faults: measured.flatMap(({ faults }) => faults),
    starts: measured.flatMap(({ starts }) => starts),
  });
}

async function measureFlooding(asked: Options, stage: Stage): Promise<Floods> {
  const peers = choosePeers(stage.peers, ['ours-60-failures', 'mercurius']);
  return await measureFloods({ peers, options: { ...asked, rounds: asked.otherRounds }, stage, tell });
}

function write(
  found: Found,
  { circumstances, asked }: { readonly circumstances: Circumstances; readonly asked: Options },
): void {
  writeFile(`${asked.name}.json`, `${JSON.stringify({ circumstances, ...found }, null, 2)}\n`);
  writeResult(asked.name, toMarkdown(found, circumstances));
  // The README shows it: a rough or a partial run must not take its place.
  if (asked.isWhole) writeFile('latest.svg', toChart(found.summary, circumstances));
  const known = checkTargets(found).filter(({ reached }) => reached !== undefined);
  const missed = known.filter(({ reached }) => !reached);
  tell(`\n${known.length - missed.length} of ${known.length} targets reached.`);
  for (const { what, wanted, found: value } of missed) tell(`Missed: ${what}: ${value}, wanted ${wanted}`);
  if (asked.isWhole) tell('`npm run docs` takes the figures over into README.md and docs/performance.md.');
}
