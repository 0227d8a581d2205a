// The model checker: random runs on one fleet, and the shortest that breaks a rule.
import fc from 'fast-check';
import { arbitrarySteps, type StepWeights } from './arbitrary-steps.ts';
import { type FleetOptions, startFleet } from './fleet.ts';
import { ModelRun } from './run.ts';

/** What is checked. The same seed makes the same steps. */
export interface CheckOptions extends FleetOptions, StepWeights {
  readonly seed: number;
  /** How many runs at most, and for how many milliseconds. */
  readonly runs: number;
  readonly timeLimit: number;
  /** Whether a run that breaks a rule is made shorter. By default it is. */
  readonly shorten?: boolean;
}

/** What was found: the trace of the shortest run that breaks a rule, if there is one. */
export interface Found {
  readonly runs: number;
  readonly judged: number;
  readonly violation: string | undefined;
}

/** Checks random runs until one breaks a rule, and shortens that. */
export async function checkFreshness(options: CheckOptions): Promise<Found> {
  await using fleet = await startFleet(options);
  let runs = 0;
  let judged = 0;
  let shortest: ModelRun | undefined;
  const property = fc.asyncProperty(arbitrarySteps(options), async (steps) => {
    const run = new ModelRun(fleet);
    await run.run(steps);
    runs += 1;
    judged += run.judged;
    if (run.trace.violations.length > 0) shortest = run;
    return run.trace.violations.length === 0;
  });
  await fc.check(property, {
    seed: options.seed,
    numRuns: options.runs,
    endOnFailure: options.shorten === false,
    interruptAfterTimeLimit: options.timeLimit,
  });
  const violation =
    shortest && [`Seed ${options.seed}`, ...shortest.trace.violations, ...shortest.trace.lines].join('\n');
  return { runs, judged, violation };
}
