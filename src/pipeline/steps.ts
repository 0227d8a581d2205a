// The steps of every request, in their order; a team's own follow. What is added here happens in both adapters. Parsing and
// the limits on documents come between `begin` and `check`, where an adapter meets a new document: documents/document-rules.ts.
import type { AppError } from '../core/errors.ts';
import type { Services } from '../process/services.ts';
import { authentication } from './authentication.ts';
import { complexityLimit } from './complexity-limit.ts';
import { type CreateContext, context } from './context.ts';
import { cors } from './cors.ts';
import type { Exchange } from './exchange.ts';
import { inFlightLimit } from './in-flight-limit.ts';
import { mediaTypes } from './media-types.ts';
import { noRoute } from './no-route.ts';
import { requestId } from './request-id.ts';
import { requestLog } from './request-log.ts';
import { responseHeaders } from './response-headers.ts';
import type { Step } from './step.ts';
import { streamLimit } from './stream-limit.ts';
import type { Streams } from './streams.ts';
import { timeLimit } from './time-limit.ts';
import { tracing } from './tracing.ts';

/** What the steps are made from. */
export interface StepsOptions {
  readonly services: Services;
  readonly createContext: CreateContext;
  readonly streams: Streams;
  /** The error of a request for which there is no route. */
  readonly refusalOf: (exchange: Exchange) => AppError | undefined;
}

/** Creates the steps. Of `execute` hooks the first is outermost. */
export function createSteps({ services, createContext, streams, refusalOf }: StepsOptions): readonly Step[] {
  const { config, traffic } = services;
  return [
    requestId(),
    ...(services.tracing ? [tracing(services.tracing)] : []),
    requestLog(services),
    responseHeaders(),
    cors(config.corsOrigins),
    noRoute(refusalOf),
    inFlightLimit({ max: config.maxInFlight, traffic }),
    authentication(services),
    mediaTypes(),
    complexityLimit(config.documentLimits.maxComplexity),
    streamLimit(streams),
    timeLimit(config.executionTimeout),
    context(createContext),
  ];
}
