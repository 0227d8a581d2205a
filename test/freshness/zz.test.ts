import { it } from 'vitest';
import fc from 'fast-check';
import { startFleet } from './fleet.ts';
import { ModelRun } from './run.ts';
import { arbitrarySteps } from './steps.ts';
it('t', async () => {
  await using fleet = await startFleet({ replicas: 2, withRedis: false });
  for (const steps of fc.sample(arbitrarySteps({ redis: 0 }), { numRuns: 8, seed: 5 })) {
    const run = new ModelRun(fleet);
    const t = performance.now();
    const done = await Promise.race([run.run(steps).then(() => 'done'), new Promise((r) => setTimeout(r, 3000))]);
    console.log(steps.length, run.judged, Math.round(performance.now() - t), done);
    if (!done) { console.log(run.trace.lines.join('\n')); break; }
  }
});
