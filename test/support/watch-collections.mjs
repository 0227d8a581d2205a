// Loaded before a server: SIGUSR2 starts to watch its collections, the next one writes what was seen to COLLECTIONS_FILE.
import { writeFileSync } from 'node:fs';
import { GCProfiler } from 'node:v8';

let watch;

process.on('SIGUSR2', () => {
  if (!watch) {
    watch = new GCProfiler();
    watch.start();
    return;
  }
  writeFileSync(process.env.COLLECTIONS_FILE, JSON.stringify(watch.stop()));
});
