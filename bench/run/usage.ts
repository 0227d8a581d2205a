// What a process has used so far, as Linux tells it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** CPU time in seconds, of all threads; resident memory. `undefined` where the system does not tell. */
export interface Usage {
  readonly cpu: number | undefined;
  readonly rssMiB: number | undefined;
}

/** Reads `schedstat` of each thread, or `/proc/<pid>/stat` (utime and stime), and `/proc/<pid>/status` (VmRSS). */
export function readUsage(pid: number): Usage {
  try {
    const cpu = nanosecondsOf(pid) / 1_000_000_000 || secondsOf(pid);
    const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return { cpu, rssMiB: rss === undefined ? undefined : Number(rss) / 1024 };
  } catch {
    return { cpu: undefined, rssMiB: undefined };
  }
}

/** 0 where the kernel does not count them. A thread that has ended is missing; those of Node do not end. */
function nanosecondsOf(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const times = threads.map(
      (id) => readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'latin1').split(' ')[0],
    );
    return times.reduce((sum, time) => sum + Number(time), 0);
  } catch {
    return 0;
  }
}

/** In steps of a hundredth of a second. */
function secondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The second field is the command in brackets, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond();
}

let ticks: number | undefined;

function ticksPerSecond(): number {
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticks;
}
