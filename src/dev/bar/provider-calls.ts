// The cost of a query, in headers of its response. Only in development, since it reveals whose data is cached.
import { EXPOSED_HEADERS } from '../../pipeline/cors.ts';
import type { Step } from '../../pipeline/step.ts';

/** Adds to each response, but not to a subscription, the number of all calls to the provider that were made for it, and that of each kind. */
export function providerCalls(): Step {
  return {
    name: 'provider calls',
    begin(exchange) {
      exchange.callNames = [];
    },
    headers: ({ stream, providerCalls, callNames = [] }) => [
      // A subscription makes its calls after its headers.
      ...(stream
        ? []
        : ['x-profile-calls', String(providerCalls), 'x-provider-calls', countByName(callNames)]),
      // For pages on another origin, such as that of examples/web.
      'access-control-expose-headers',
      `${EXPOSED_HEADERS}, X-Profile-Calls, X-Provider-Calls`,
    ],
  };
}

/** Such as `members=2, teams=1`; empty without a call. */
function countByName(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, count]) => `${name}=${count}`)
    .join(', ');
}
