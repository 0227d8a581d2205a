// What we want to reach, and whether this run did.
import { findRow, type Row, type Summary } from './summary.ts';

/** One target of our own server. `reached` is `undefined` where the run cannot tell. */
export interface Target {
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
  readonly reached: boolean | undefined;
}

/** Holds our own server's rows against the targets. `connections` are those of the load. */
export function checkTargets(summary: Summary, connections: number): readonly Target[] {
  const ours = (workload: string) => findRow(summary, workload, 'ours');
  const times = (workload: string, baseline: string, least: number): Target => {
    const found = ours(workload)?.rateTimes[baseline];
    return {
      what: `${workload}: requests per second against ${baseline}`,
      wanted: `≥ ${least}×`,
      found: found === undefined ? '–' : `${found.toFixed(2)}×`,
      reached: found === undefined ? undefined : found >= least,
    };
  };
  const slow = ours('w3-20ms');
  const possible = connections / 0.02;
  const largest = Math.max(
    ...summary.rows.filter(({ peer }) => peer === 'ours').map(({ rssMiB = 0 }) => rssMiB),
  );
  const start = summary.startedIn['ours'];
  return [
    times('w1', 'yoga-jwt', 10),
    times('w1', 'mercurius', 1.3),
    times('w1', 'floor-token-cache', 0.6),
    times('w1-apollo', 'yoga-jwt', 10),
    times('w2', 'yoga-jwt', 2.5),
    times('w2', 'floor-token-cache', 0.85),
    times('w3', 'yoga-jwt', 7),
    {
      what: 'w3-20ms: part of what the connections allow',
      wanted: '≥ 85 %',
      found: slow ? percent(slow.rate / possible) : '–',
      reached: slow && slow.rate / possible >= 0.85,
    },
    times('w4-garbage', 'yoga-jwt', 5),
    timesCpu(ours('w5')),
    {
      what: 'memory under load',
      wanted: '≤ 220 MiB',
      found: largest > 0 ? `${largest.toFixed(0)} MiB` : '–',
      reached: largest > 0 ? largest <= 220 : undefined,
    },
    {
      what: 'start until it listens',
      wanted: '< 1 s',
      found: start === undefined ? '–' : `${(start / 1000).toFixed(2)} s`,
      reached: start === undefined ? undefined : start < 1000,
    },
  ];
}

/** W5 shares the rounds of W1, where both are measured. */
function timesCpu(w5: Row | undefined): Target {
  const found = w5?.cpuAgainst['w1'];
  return {
    what: 'w5: CPU of a request against w1',
    wanted: '≤ 1.5×',
    found: found === undefined ? '–' : `${found.toFixed(2)}×`,
    reached: found === undefined ? undefined : found <= 1.5,
  };
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}
