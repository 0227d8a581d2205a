// What a query cost, in a header of its answer. In development alone: it would tell what is cached of which user.
import type { Step } from '../../pipeline/step.ts';

/** Sends with each answer how many calls to the provider were made for it. */
export function profileCalls(): Step {
  return {
    name: 'profile calls',
    headers: (exchange) => ['x-profile-calls', String(exchange.providerCalls)],
  };
}
