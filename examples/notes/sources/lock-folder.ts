// PGlite does not notice that another process has its folder open, and both would destroy it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '#server';

/**
 * Locks a folder for this process, and returns what unlocks it. A lock whose process has ended is taken over. Throws `AppError`
 * `INVALID_CONFIGURATION` where the process runs.
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'process-id');
  if (!create(file)) {
    const owner = Number(readFileSync(file, 'utf8'));
    if (isRunning(owner)) {
      throw new AppError(
        `${folder} is open in the process ${owner}. End it, or set PGLITE_DATA to another folder`,
        {
          code: 'INVALID_CONFIGURATION',
        },
      );
    }
    writeFileSync(file, String(process.pid));
  }
  return () => rmSync(file, { force: true });
}

/** Whether the file could be created. */
function create(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
