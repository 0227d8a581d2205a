// At most so many requests at once: beyond, an honest 503 at once is better for everybody than a late answer.
import type { Plugin } from 'graphql-yoga';
import { AppError } from '../core/errors.ts';
import type { Traffic } from '../process/services.ts';
import type { RequestState } from './exchange.ts';
import { refusal } from './refusal.ts';

/** What is said beyond the limit. */
export function tooManyInFlight(): AppError {
  return new AppError('Too many requests at this moment', { code: 'OVERLOADED', retryAfter: 1 });
}

/** Refuses with `OVERLOADED` what comes while `max` requests are being answered. `traffic` is kept up to date. */
export function useInFlightLimit({
  max,
  traffic,
}: {
  readonly max: number;
  readonly traffic: Traffic;
}): Plugin<object, RequestState> {
  return {
    instrumentation: {
      async request(_payload, wrapped) {
        traffic.inFlight += 1;
        try {
          await wrapped();
        } finally {
          traffic.inFlight -= 1;
        }
      },
    },
    onRequest(payload) {
      if (traffic.inFlight <= max) return;
      payload.endResponse(refusal(tooManyInFlight(), payload));
    },
  };
}
