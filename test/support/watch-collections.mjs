// Loaded before a server: SIGUSR2 starts recording garbage collections, the next one writes the record to COLLECTIONS_FILE.
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
