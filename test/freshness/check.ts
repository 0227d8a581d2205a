// The model checker: random runs on one fleet, and the shortest that breaks a rule.
import fc from 'fast-check';
import { arbitrarySteps, type StepWeights } from './arbitrary-steps.ts';
import { type FleetOptions, startFleet } from './fleet.ts';
import { ModelRun } from './run.ts';

/** What is checked. The same seed makes the same steps. */
export interface CheckOptions extends FleetOptions, StepWeights {
  /** Of the first run; each further one has the next. */
  readonly seed: number;
  /** Milliseconds after which no further run begins. */
  readonly timeLimit: number;
  /** Whether a run that breaks a rule is made shorter. By default it is. */
  readonly shorten?: boolean;
}

/** What was found. */
export interface Found {
  readonly runs: number;
  /** How many answers were judged. */
  readonly judged: number;
  /** The trace of the shortest run that breaks a rule, if there is one. */
  readonly violation: string | undefined;
}

/** Milliseconds for making a run shorter. */
const SHORTENING_LIMIT = 30_000;

/** Checks random runs until one breaks a rule. */
export async function checkFreshness(options: CheckOptions): Promise<Found> {
  const { seed, timeLimit, shorten = true } = options;
  await using fleet = await startFleet(options);
  const until = performance.now() + timeLimit;
  let runs = 0;
  let judged = 0;
  let shortest: ModelRun | undefined;
  const property = fc.asyncProperty(arbitrarySteps(options), async (steps) => {
    const run = new ModelRun(fleet);
    await run.run(steps);
    judged += run.judged;
    if (run.trace.violations.length > 0) shortest = run;
    return run.trace.violations.length === 0;
  });
  while (shortest === undefined && (runs === 0 || performance.now() < until)) {
    await fc.check(property, {
      seed: seed + runs,
      numRuns: 1,
      unbiased: true,
      endOnFailure: !shorten,
      interruptAfterTimeLimit: SHORTENING_LIMIT,
    });
    runs += 1;
  }
  if (shortest === undefined) return { runs, judged, violation: undefined };
  const { violations, lines } = shortest.trace;
  return { runs, judged, violation: [`Seed ${seed + runs - 1}`, ...violations, ...lines].join('\n') };
}
