// Watches folders for changes of their files.
import { watch } from 'node:fs';

/** Milliseconds without a further change: an editor or git writes several files in a row. */
const QUIET = 100;

/** Calls `changed` after a file below one of the folders has changed, once for changes in a row. */
export function watchFolders(folders: readonly string[], changed: () => void): void {
  let timer: NodeJS.Timeout | undefined;
  const outermost = folders.filter(
    (folder) => !folders.some((other) => other !== folder && folder.startsWith(other)),
  );
  for (const folder of new Set(outermost)) {
    watch(folder, { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(changed, QUIET);
    });
  }
}
