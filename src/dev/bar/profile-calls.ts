// The cost of a query, in a header of its response. Only in development, since it reveals whose profiles are cached.
import type { Step } from '../../pipeline/step.ts';

/** Adds to each response the number of calls to the provider that were made for it. */
export function profileCalls(): Step {
  return {
    name: 'profile calls',
    headers: (exchange) => ['x-profile-calls', String(exchange.providerCalls)],
  };
}
