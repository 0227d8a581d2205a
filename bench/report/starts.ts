// Starts of servers: from spawn to the first response, and the same in times of a bare node:http server.
import { table } from './table.ts';

/** Medians over the rounds, in milliseconds; ratios within each round. `NaN` where the system does not tell. */
export interface StartRow {
  readonly title: string;
  readonly time: number;
  readonly timeRatio: number;
  readonly cpu: number;
  readonly cpuRatio: number;
}

/** The rows as a table. */
export function tableOfStarts(rows: readonly StartRow[]): string {
  return table(
    ['from spawn to the first response', 'ms', 'times bare', 'CPU ms', 'times bare'],
    rows.map(({ title, time, timeRatio, cpu, cpuRatio }) => [
      title,
      time.toFixed(0),
      timeRatio.toFixed(1),
      cpu.toFixed(0),
      cpuRatio.toFixed(1),
    ]),
  );
}
