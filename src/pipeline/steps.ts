// Everything that happens to a request, in its order. What is added here happens in both adapters.
import type { Services } from '../process/services.ts';
import { authentication } from './authentication.ts';
import { complexity } from './complexity.ts';
import { type CreateContext, context } from './context.ts';
import { cors } from './cors.ts';
import { inFlightLimit } from './in-flight-limit.ts';
import { mediaTypes } from './media-types.ts';
import { requestId } from './request-id.ts';
import { requestLog } from './request-log.ts';
import { responseHeaders } from './response-headers.ts';
import type { Step } from './step.ts';
import { timeLimit } from './time-limit.ts';
import { tracing } from './tracing.ts';

/** What the steps are made from. `more` are a team's own steps: they come last, so they are admitted after authentication. */
export interface StepsOptions {
  readonly services: Services;
  readonly createContext: CreateContext;
  readonly more: readonly Step[];
}

/** Creates the steps. Of `execute` hooks the first is outermost. */
export function createSteps({ services, createContext, more }: StepsOptions): readonly Step[] {
  const { config, traffic } = services;
  return [
    requestId(),
    ...(services.tracing ? [tracing(services.tracing)] : []),
    requestLog(services),
    responseHeaders(),
    cors(config.corsOrigins),
    inFlightLimit({ max: config.maxInFlight, traffic }),
    authentication(services),
    mediaTypes(),
    complexity(config.documentLimits.maxComplexity),
    timeLimit(config.executionTimeout),
    context(createContext),
    ...more,
  ];
}
