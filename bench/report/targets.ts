// What we want to reach, and whether this run did.

import type { Floods } from './floods.ts';
import { WANTED_RATIOS, type WantedRatio } from './ratios.ts';
import type { StartRow } from './starts.ts';
import { findRow, ratio, type Summary } from './summary.ts';

/** One target of our own server. `reached` is `undefined` where the run cannot tell. */
export interface Target {
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
  /** By how much, as a part of what is wanted: negative where it is missed. */
  readonly margin: number | undefined;
  readonly reached: boolean | undefined;
}

/** All that a whole run measures. */
export interface Found {
  readonly summary: Summary;
  readonly starts: readonly StartRow[];
  readonly floods: Floods | undefined;
}

/** Resident memory under load, in MiB. */
const MEMORY = 200;

/** From spawn to the first response, in times of a bare server. */
const START = 5;

/** What the good requests may lose beyond the flood's part of the CPU. */
const FLOOD_TOLERANCE = 0.05;

/** Holds our own server's figures against the targets. */
export function checkTargets({ summary, starts, floods }: Found): readonly Target[] {
  const memory = Math.max(
    ...summary.rows.filter(({ peer }) => peer === 'ours').map(({ rssMiB = 0 }) => rssMiB),
  );
  const start = starts.find(({ title }) => title.includes('/health'));
  return [
    ...WANTED_RATIOS.map((wanted) => checkRatio(summary, wanted)),
    ...['w4-garbage', 'w4-forged'].map((flood) => checkFlood(summary, floods, flood)),
    atMost('resident memory under load', 'MiB', memory > 0 ? memory : undefined, MEMORY),
    atMost('start to first response, times a bare node:http server', '×', start?.timeRatio, START),
  ];
}

function checkRatio(summary: Summary, wanted: WantedRatio): Target {
  const { what, by, limit } = wanted;
  const found = ratio(summary, wanted);
  if (by === 'cpu') return atMost(what, '×', found, limit);
  const cpu = ratio(summary, { of: wanted.to, to: wanted.of, by: 'cpu' });
  const besides = cpu === undefined ? '' : ` (CPU ${cpu.toFixed(2)}×)`;
  return {
    what,
    wanted: `≥ ${limit}×`,
    found: found === undefined ? '–' : `${found.toFixed(2)}×${besides}`,
    margin: found && found / limit - 1,
    reached: found === undefined ? undefined : found >= limit,
  };
}

function atMost(what: string, unit: string, found: number | undefined, limit: number): Target {
  const written = (value: number) => (unit === '×' ? `${value.toFixed(2)}×` : `${value.toFixed(0)} ${unit}`);
  return {
    what,
    wanted: `≤ ${unit === '×' ? `${limit}×` : written(limit)}`,
    found: found === undefined ? '–' : written(found),
    margin: found && 1 - found / limit,
    reached: found === undefined ? undefined : found <= limit,
  };
}

/** A flood must not take more from good requests than its part of the CPU, by what a request of each costs in W1 and W4. */
function checkFlood(summary: Summary, floods: Floods | undefined, workload: string): Target {
  const peer = 'ours-60-failures';
  const [calm, flooded] = [undefined, workload].map((flood) =>
    floods?.rows.find((row) => row.peer === peer && row.flood === flood),
  );
  const costOfGood = findRow(summary, 'w1', 'ours')?.cpuMicros;
  const costOfBad = findRow(summary, workload, peer)?.cpuMicros;
  const lost = calm && flooded && 1 - flooded.good / calm.good;
  const share =
    flooded && costOfGood && costOfBad
      ? (flooded.bad * costOfBad) / (flooded.bad * costOfBad + flooded.good * costOfGood)
      : undefined;
  const isKnown = lost !== undefined && share !== undefined;
  return {
    what: `flood of ${workload}: what good requests lose, against the flood's part of the core`,
    wanted: isKnown ? `≤ ${percent(share + FLOOD_TOLERANCE)}` : '–',
    found: isKnown ? percent(lost) : '–',
    margin: isKnown ? share + FLOOD_TOLERANCE - lost : undefined,
    reached: isKnown ? lost <= share + FLOOD_TOLERANCE : undefined,
  };
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}
