// At most MAX_IN_FLIGHT requests at once: beyond, a 503 at once is better for everyone than a late answer.
import { AppError } from '../core/errors.ts';
import type { Traffic } from '../process/services.ts';
import type { Exchange } from './exchange.ts';
import type { Step } from './step.ts';

/** Refuses with `OVERLOADED` while `max` requests are in flight. Keeps `traffic` up to date. */
export function inFlightLimit({ max, traffic }: { readonly max: number; readonly traffic: Traffic }): Step {
  return {
    name: 'in-flight limit',
    routes: ['graphql', 'rest', 'webhook'],
    begin(exchange) {
      if (traffic.inFlight >= max) {
        throw new AppError('Too many requests at this moment', { code: 'OVERLOADED', retryAfter: 1 });
      }
      traffic.inFlight += 1;
      exchange.inFlight = true;
    },
    done(exchange) {
      leaveInFlight(exchange, traffic);
    },
  };
}

/** Stops counting a request that has become a stream: streams last, and are limited by other means. */
export function leaveInFlight(exchange: Exchange, traffic: Traffic): void {
  if (!exchange.inFlight) return;
  exchange.inFlight = false;
  traffic.inFlight -= 1;
}
