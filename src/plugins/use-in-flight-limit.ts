// At most so many requests at once: beyond, an honest 503 at once is better for everybody than a late answer.
import type { Plugin } from 'graphql-yoga';
import { AppError } from '../errors.ts';
import { refusal } from './refusal.ts';

/** Refuses with `OVERLOADED` what comes while `max` requests are being answered. */
export function useInFlightLimit({ max }: { readonly max: number }): Plugin {
  let inFlight = 0;
  return {
    instrumentation: {
      async request(_payload, wrapped) {
        inFlight += 1;
        try {
          await wrapped();
        } finally {
          inFlight -= 1;
        }
      },
    },
    onRequest({ request, endResponse, fetchAPI }) {
      if (inFlight <= max) return;
      const error = new AppError('Too many requests at this moment', { code: 'OVERLOADED', retryAfter: 1 });
      endResponse(refusal(error, request, fetchAPI));
    },
  };
}
