// What a process of ours can do, for those who plan how many they need.
import { findRow, type Summary } from './summary.ts';
import { table, whole } from './table.ts';

const KINDS = [
  ['fields from the token, with a log', 'ours-log', 'w1'],
  ['fields from the token', 'ours', 'w1'],
  ['the same, each with a token not seen before', 'ours', 'w2'],
  ['a profile, cached', 'ours', 'w3-cached'],
  ['three teams with their permissions, cached', 'ours', 'w5'],
  ['a profile that must be fetched, without the wait for the provider', 'ours', 'w3'],
  ['a refused token', 'ours', 'w4-garbage'],
] as const;

/** Requests a second on one core by kind of request, of those that were measured. */
export function tableOfSizing(summary: Summary): string {
  const rows = KINDS.flatMap(([what, peer, workload]) => {
    const row = findRow(summary, workload, peer);
    return row ? [[what, whole(row.rate), whole(row.cpuMicros)]] : [];
  });
  return table(['', 'requests a second', 'CPU µs'], rows);
}
