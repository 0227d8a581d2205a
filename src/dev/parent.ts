// The end of the process that started this one. Killed by SIGKILL, it cannot pass a signal on.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Milliseconds between two looks. */
const INTERVAL = 500;

/** Calls `ended` once, after the parent process has ended, or npm behind it. On Windows npm is not looked for. */
export function watchParent(ended: () => void): void {
  // A fork has a channel to its parent, which the system closes.
  if (process.send) {
    if (process.connected) process.once('disconnect', ended);
    else ended();
    return;
  }
  const parent = process.ppid;
  // npm runs a script in a shell, which waits for the script where npm is killed.
  const npm = process.env['npm_lifecycle_event'] === undefined ? undefined : readParent(parent);
  const timer = setInterval(() => {
    const isHeld = process.ppid === parent && isRunning(parent);
    if (isHeld && (npm === undefined || (isRunning(npm) && (readProc(parent) ?? npm) === npm))) return;
    clearInterval(timer);
    ended();
  }, INTERVAL).unref();
}

/** The parent of a process, or `undefined` where the system does not say. */
function readParent(pid: number): number | undefined {
  try {
    return readProc(pid) ?? Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { stdio: 'pipe' }));
  } catch {
    return undefined;
  }
}

/** As `readParent`, by Linux' file system of processes: unlike a look at the parent itself, it is right for a zombie. */
function readProc(pid: number): number | undefined {
  try {
    const [, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/.*\) /s)[1]?.split(' ') ?? [];
    return parent === undefined ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

/** On Windows the id of the parent stays the same after its end. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
