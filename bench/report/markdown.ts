// A run as a page of tables.
import { BASELINES } from '../peers/peers.ts';
import { findWorkload } from '../world/workloads.ts';
import type { Circumstances } from './machine.ts';
import { findRow, type Row, type Summary } from './summary.ts';
import { checkTargets } from './targets.ts';

/** A part of a core above which a process counts as busy all the time. */
const BUSY = 0.9;

/** Writes the page. */
export function toMarkdown(summary: Summary, circumstances: Circumstances): string {
  const workloads = [...new Set(summary.rows.map(({ workload }) => workload))];
  return [
    `# Benchmark of ${circumstances.date}`,
    describe(circumstances),
    '## Overview',
    'Requests per second, and microseconds of CPU for each.',
    overview(summary, workloads),
    ...workloads.flatMap((workload) => [`## ${findWorkload(workload).title}`, tableOf(summary, workload)]),
    '## Memory and start',
    memory(summary),
    ...targets(summary, circumstances),
    ...faults(summary),
    '',
  ].join('\n\n');
}

function describe({ options, ...at }: Circumstances): string {
  const pinning = at.pinned
    ? 'The server had one core for itself (`taskset`), load and provider another.'
    : '**Not pinned**: server, load and provider moved between the cores as the system liked.';
  return [
    '```sh',
    at.command,
    '```',
    '',
    `Commit ${at.commit}; Node ${at.node}, ${at.system}, ${at.cores} cores (${at.cpu}), ${at.memoryGiB} GiB; load average before`,
    `the run ${at.loadBefore}. ${pinning} ${options.rounds} rounds of ${options.seconds} s, all servers in turn in each, after`,
    `${options.warmUp} s of warming up; ${options.connections} keep-alive connections; ${options.users} users and tokens in turn. Figures are`,
    'medians of the rounds, ratios medians of the ratios within each round. Status and body of every answer were checked,',
    `and ${options.sweep} tokens swept before and after each window for the right user. A server that answered wrongly is listed at`,
    'the end and does not count.',
    '',
    `\`NODE_ENV=production\` for all, standard output to /dev/null. Our own server writes its log at level ${options.logLevel} (at info, a`,
    'line per request, which no peer does) and has its limits on: each request is counted, with all `RATE_LIMIT`',
    'variables at 100,000,000 so that a thousand users who ask tens of thousands of times a second are not',
    'refused. `PROFILE_CACHE_TTL=0`: each W3 request costs a call; in W5 it is 3600. Everything else is as by default.',
  ].join('\n');
}

function overview(summary: Summary, workloads: readonly string[]): string {
  const rows = summary.peers.map(({ name, title }) => [
    title,
    ...workloads.map((workload) => {
      const row = findRow(summary, workload, name);
      return row ? `${whole(row.rate)} (${whole(row.cpuMicros)})` : '';
    }),
  ]);
  return table(['server', ...workloads], rows);
}

function tableOf(summary: Summary, workload: string): string {
  const { besides } = findWorkload(workload);
  const isShared = summary.rows.some(
    (row) => row.workload === workload && against(row, besides) !== undefined,
  );
  const head = [
    'server',
    'req/s',
    ...BASELINES.map((name) => `× ${name}`),
    'CPU µs/req',
    ...BASELINES.map((name) => `CPU × ${name}`),
    ...(isShared ? [`CPU ÷ ${besides}`] : []),
    'p50 ms',
    'p99 ms',
    'RSS MiB',
    'server busy',
    'load busy',
  ];
  const rows = summary.peers.flatMap(({ name, title }) => {
    const row = findRow(summary, workload, name);
    return row ? [[title, ...cellsOf(row, isShared ? besides : undefined)]] : [];
  });
  return table(head, rows);
}

/** How many times the CPU of the workload whose rounds were shared. */
function against({ cpuAgainst }: Row, besides: string | undefined): number | undefined {
  return besides === undefined ? undefined : cpuAgainst[besides];
}

function cellsOf(row: Row, besides: string | undefined): readonly string[] {
  return [
    whole(row.rate),
    ...BASELINES.map((name) => times(row.rateTimes[name])),
    whole(row.cpuMicros),
    ...BASELINES.map((name) => times(row.cpuTimes[name])),
    ...(besides === undefined ? [] : [times(against(row, besides))]),
    row.p50.toFixed(1),
    row.p99.toFixed(1),
    whole(row.rssMiB),
    share(row.serverShare),
    row.loadShare > BUSY ? `**${share(row.loadShare)}**` : share(row.loadShare),
  ];
}

function memory(summary: Summary): string {
  const rows = summary.peers.map(({ name, title }) => {
    const largest = Math.max(
      ...summary.rows.filter(({ peer }) => peer === name).map(({ rssMiB = 0 }) => rssMiB),
    );
    const start = summary.startedIn[name];
    return [title, largest > 0 ? whole(largest) : '', start === undefined ? '' : whole(start)];
  });
  return table(['server', 'largest RSS MiB', 'ms until it listens'], rows);
}

function targets(summary: Summary, { options }: Circumstances): readonly string[] {
  const known = checkTargets(summary, options.connections).filter(({ reached }) => reached !== undefined);
  if (known.length === 0) return [];
  const rows = known.map(({ what, wanted, found, reached }) => [
    what,
    wanted,
    found,
    reached ? 'yes' : '**no**',
  ]);
  return ['## Targets', table(['target', 'wanted', 'found', 'reached'], rows)];
}

function faults({ faults: all }: Summary): readonly string[] {
  if (all.length === 0) return [];
  const lines = all.map(
    ({ peer, workload, what }) =>
      `- ${workload}, ${peer}: \`${what.replaceAll('`', "'").replaceAll('\n', ' ')}\``,
  );
  return ['## Not counted', lines.join('\n')];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|---${'|--:'.repeat(head.length - 1)}|`, ...rows.map(line)].join('\n');
}

function whole(value: number | undefined): string {
  return value === undefined ? '–' : Math.round(value).toLocaleString('en-US');
}

function times(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(2);
}

function share(value: number | undefined): string {
  return value === undefined ? '–' : `${Math.round(value * 100)} %`;
}
