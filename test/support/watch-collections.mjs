// Loaded before a server: SIGUSR2 starts recording garbage collections, the next one writes the record to COLLECTIONS_FILE.
import { writeFileSync } from 'node:fs';
import { GCProfiler, setFlagsFromString } from 'node:v8';

// Without it V8 may guess that some objects live long and allocate them in the old generation at once. It guesses so in
// one start of three, and then they weigh ten times of what is measured here: objects that something still refers to.
setFlagsFromString('--no-allocation-site-pretenuring');

let watch;

process.on('SIGUSR2', () => {
  if (!watch) {
    watch = new GCProfiler();
    watch.start();
    return;
  }
  writeFileSync(process.env.COLLECTIONS_FILE, JSON.stringify(watch.stop()));
});
