// What a process has used so far, as Linux tells it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** CPU time in seconds, of all threads; resident memory. `undefined` where the system does not tell. */
export interface Usage {
  readonly cpu: number | undefined;
  readonly rssMiB: number | undefined;
}

/** Reads `/proc/<pid>/stat` (utime and stime) and `/proc/<pid>/status` (VmRSS). */
export function readUsage(pid: number): Usage {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the command in brackets, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const cpu = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond();
    const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return { cpu, rssMiB: rss === undefined ? undefined : Number(rss) / 1024 };
  } catch {
    return { cpu: undefined, rssMiB: undefined };
  }
}

let ticks: number | undefined;

function ticksPerSecond(): number {
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticks;
}
