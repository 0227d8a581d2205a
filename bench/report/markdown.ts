// A run as a page of tables. Sections between markers are taken over by README.md and docs/performance.md (tools/docs/figures.ts).
import { BASELINES } from '../peers/peers.ts';
import { findWorkload, workloads as WORKLOADS } from '../world/workloads.ts';
import { tableOfFeatures } from './features.ts';
import { tableOfFloods } from './floods.ts';
import { describeHeadline } from './headline.ts';
import type { Circumstances } from './machine.ts';
import { tableOfSettings } from './settings.ts';
import { tableOfSizing } from './sizing.ts';
import { tableOfStarts } from './starts.ts';
import { findRow, type Row, ratio, type Summary } from './summary.ts';
import { section, share, table, times, whole } from './table.ts';
import { checkTargets, type Found } from './targets.ts';

/** A part of a core above which a process counts as busy all the time. */
const BUSY = 0.9;

/** Writes the page, as paragraphs. */
export function toMarkdown(found: Found, circumstances: Circumstances): readonly string[] {
  const { summary, starts, floods } = found;
  const measured = new Set(summary.rows.map(({ workload }) => workload));
  const workloads = WORKLOADS.map(({ name }) => name).filter((name) => measured.has(name));
  return [
    `# Benchmark of ${circumstances.date}`,
    describe(circumstances),
    section('headline', describeHeadline(summary, circumstances)),
    '## Targets',
    section('targets', tableOfTargets(found)),
    '## CPU of a request',
    'Microseconds, all threads of the server, without a log of requests.',
    section('cpu', overview(summary, workloads)),
    '## With a log, and with limits',
    'W1, CPU of a request in microseconds and requests per second. Our own server has its limits on in each column.',
    section('settings', tableOfSettings(summary)),
    '## Sizing',
    section('sizing', tableOfSizing(summary)),
    '## What you get for it',
    section('features', tableOfFeatures()),
    ...(starts.length === 0 ? [] : ['## Start', section('start', tableOfStarts(starts))]),
    ...(floods === undefined
      ? []
      : [
          '## Flood',
          `W1 over ${floods.goodConnections} connections, beside bad tokens over ${floods.badConnections}, all from one address.`,
          section('flood', tableOfFloods(floods)),
        ]),
    ...workloads.flatMap((workload) => [`## ${findWorkload(workload).title}`, tableOf(summary, workload)]),
    '## Memory and listening',
    memory(summary),
    ...faults(summary),
  ];
}

function describe({ options, ...at }: Circumstances): string {
  const pinning = at.pinned
    ? 'The server had one core for itself (`taskset`), load and provider another.'
    : '**Not pinned**: server, load and provider moved between the cores as the system liked.';
  const bun = at.bun === undefined ? '' : `, Bun ${at.bun}`;
  const others =
    options.otherRounds < options.rounds ? ` (${options.otherRounds} for servers that no target names)` : '';
  return `\`${at.command}\`, commit ${at.commit}; Node ${at.node}${bun}, ${at.system}, ${at.cores} cores (${at.cpu}), ${at.memoryGiB} GiB; load average
before the run ${at.loadBefore}. ${pinning} ${options.rounds} rounds${others} of ${options.seconds} s, all servers in
turn in each, after ${options.warmUp} s of warming up; ${options.connections} keep-alive connections; ${options.users} users and tokens in
turn. Figures are medians of the rounds, ratios medians of the ratios within each round, ± is half of the range. Status and
body of every answer were checked, and ${options.sweep} tokens swept before and after each window for the right user.

\`NODE_ENV=production\` for all, standard output to /dev/null. Our own server has \`LOG_LEVEL=${options.logLevel}\` where no log is
told of and its default of \`info\` where one is. Its limits are on: each request is counted, with all \`RATE_LIMIT\` variables at
100,000,000, so that a thousand users who ask tens of thousands of times a second are not refused. \`PROFILE_CACHE_TTL=0\`, so
that each W3 request costs a call, 30 (the default) in \`w3-cached\`, 3600 in W5. Everything else is as by default.`;
}

function tableOfTargets(found: Found): string {
  const percent = (margin: number) => `${margin < 0 ? '−' : '+'}${Math.abs(margin * 100).toFixed(0)} %`;
  const rows = checkTargets(found).map(({ what, wanted, found: value, margin, reached }) => [
    what,
    wanted,
    value,
    margin === undefined ? '' : percent(margin),
    reached === undefined ? 'not measured' : reached ? 'yes' : '**no**',
  ]);
  return table(['target', 'wanted', 'found', 'margin', 'reached'], rows);
}

function overview(summary: Summary, workloads: readonly string[]): string {
  const rows = summary.peers
    .filter(({ setting }) => setting === 'bare')
    .map(({ name, title }) => [
      title,
      ...workloads.map((workload) => {
        const row = findRow(summary, workload, name);
        return row ? whole(row.cpuMicros) : '';
      }),
    ]);
  return table(['server', ...workloads], rows);
}

function tableOf(summary: Summary, workload: string): string {
  const { besides } = findWorkload(workload);
  const isShared = besides !== undefined && summary.rows.some((row) => row.workload === besides);
  const baselines = BASELINES.filter((name) => findRow(summary, workload, name));
  const head = [
    'server',
    'req/s',
    ...baselines.map((name) => `× ${name}`),
    'CPU µs/req',
    '±',
    ...(isShared ? [`CPU ÷ ${besides}`] : []),
    'p50 ms',
    'p99 ms',
    'server busy',
    'load busy',
  ];
  const rows = summary.peers.flatMap(({ name, title }) => {
    const row = findRow(summary, workload, name);
    if (!row) return [];
    const timesOf = (baseline: string) =>
      times(ratio(summary, { of: row, to: { peer: baseline, workload }, by: 'rate' }));
    const part =
      besides && times(ratio(summary, { of: row, to: { peer: name, workload: besides }, by: 'cpu' }));
    return [
      [
        title,
        whole(row.rate),
        ...baselines.map(timesOf),
        whole(row.cpuMicros),
        share(row.spread),
        ...(isShared && part ? [part] : []),
        ...cellsOf(row),
      ],
    ];
  });
  return table(head, rows);
}

function cellsOf({ p50, p99, serverShare, loadShare }: Row): readonly string[] {
  const load = share(loadShare);
  return [p50.toFixed(1), p99.toFixed(1), share(serverShare), loadShare > BUSY ? `**${load}**` : load];
}

function memory(summary: Summary): string {
  const rows = summary.peers.map(({ name, title }) => {
    const largest = Math.max(
      ...summary.rows.filter(({ peer }) => peer === name).map(({ rssMiB = 0 }) => rssMiB),
    );
    return [title, largest > 0 ? whole(largest) : '', whole(summary.startedIn[name])];
  });
  return table(['server', 'largest RSS MiB', 'ms until it listens'], rows);
}

function faults({ faults: all }: Summary): readonly string[] {
  if (all.length === 0) return [];
  const lines = all.map(
    ({ peer, workload, what }) =>
      `- ${workload}, ${peer}: \`${what.replaceAll('`', "'").replaceAll('\n', ' ')}\``,
  );
  return ['## Not counted', lines.join('\n')];
}
