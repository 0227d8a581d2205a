// The complexity limit, counted by the operation's real variables: before execution, or when a subscription starts.
import { createComplexityCheck } from '../documents/complexity.ts';
import type { Step } from './step.ts';

/** Refuses operations above `max` with `LIMIT_EXCEEDED` / `MAX_COMPLEXITY`. */
export function complexityLimit(max: number): Step {
  const check = createComplexityCheck(max);
  return { name: 'complexity', check };
}
