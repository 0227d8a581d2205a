// The end of the process that started this one. Killed by SIGKILL, it cannot pass a signal on.

/** Milliseconds between two looks. */
const INTERVAL = 500;

/** Calls `ended` once, after the parent process has ended. */
export function watchParent(ended: () => void): void {
  // A fork has a channel to its parent, which the system closes.
  if (process.send) {
    if (process.connected) process.once('disconnect', ended);
    else ended();
    return;
  }
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent && isRunning(parent)) return;
    clearInterval(timer);
    ended();
  }, INTERVAL).unref();
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
