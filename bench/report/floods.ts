// Good requests beside floods of bad tokens.
import { findWorkload } from '../world/workloads.ts';
import { table, whole } from './table.ts';

/** One server under one flood, medians of the windows: requests per second, milliseconds. */
export interface FloodRow {
  readonly peer: string;
  readonly title: string;
  /** The workload of the bad tokens; absent without a flood. */
  readonly flood: string | undefined;
  readonly bad: number;
  readonly good: number;
  readonly p50: number;
  readonly p99: number;
}

/** Connections of the good requests and of the flood, and what came of it. */
export interface Floods {
  readonly goodConnections: number;
  readonly badConnections: number;
  readonly rows: readonly FloodRow[];
}

/** The rows as a table. */
export function tableOfFloods({ rows }: Floods): string {
  return table(
    ['server', 'flood', 'bad req/s', 'good req/s', 'good p50 ms', 'good p99 ms'],
    rows.map(({ title, flood, bad, good, p50, p99 }) => [
      title,
      flood === undefined ? 'none' : findWorkload(flood).title.replace('W4: ', ''),
      whole(bad),
      whole(good),
      p50.toFixed(1),
      p99.toFixed(1),
    ]),
  );
}
