// How many files are open. prom-client counts them by opening one more: at the limit it fails, and repeats what it counted before.
import { readdirSync } from 'node:fs';
import { Gauge, type Registry } from 'prom-client';

const NAME = 'process_open_fds';

/** Replaces prom-client's gauge of that name, where the system has it, by one that is the limit itself once that is reached. */
export function measureOpenFiles(registry: Registry): void {
  if (registry.getSingleMetric(NAME) === undefined) return;
  registry.removeSingleMetric(NAME);
  const gauge: Gauge = new Gauge({
    name: NAME,
    help: 'Number of open file descriptors.',
    registers: [registry],
    collect: async () => gauge.set(countOpenFiles() ?? (await readLimit(registry))),
  });
}

/** `undefined` where no file can be opened to count them. */
function countOpenFiles(): number | undefined {
  try {
    // One of them is the folder itself.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return undefined;
  }
}

async function readLimit(registry: Registry): Promise<number> {
  const limit = await registry.getSingleMetric('process_max_fds')?.get();
  return limit?.values[0]?.value ?? Number.NaN;
}
