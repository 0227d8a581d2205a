// Metrics that are read when they are rendered, rather than counted from events.
import { readVersion } from '../core/version.ts';
import type { Instruments } from './instruments.ts';
import { BREAKER_STATES, DEGRADATIONS } from './metric-labels.ts';
import type { Services } from './services.ts';

/** Adds the gauges of the process. */
export function readGauges(
  { gauges, health }: Pick<Services, 'gauges' | 'health'>,
  { gauge, states, totals }: Instruments,
): void {
  const version = readVersion();
  states('server_info', '1, with the version of the server', {
    label: 'version',
    values: [version],
    current: () => [version],
  });
  gauge('graphql_requests_in_flight', 'Requests in flight', () => gauges().inFlight);
  gauge('server_bodies_arriving', 'Request bodies that are arriving', () => gauges().bodies);
  gauge('server_bodies_bytes', 'Bytes of request bodies that are arriving', () => gauges().bodyBytes);
  gauge('server_unread_bytes', 'Bytes of answers that clients have not taken', () => gauges().unreadBytes);
  gauge('graphql_streams', 'Open streams of subscriptions', () => gauges().streams);
  gauge('auth_keys_age_seconds', "Age of the provider's keys", () => gauges().keysAge);
  gauge('profile_calls_in_flight', 'Active calls to the provider', () => gauges().callsActive);
  gauge('profile_calls_waiting', 'Queued calls to the provider', () => gauges().callsQueued);
  gauge(
    'profile_cache_bytes',
    'Estimated bytes of cached data of signed-in users',
    () => gauges().cacheBytes.signedIn,
  );
  gauge(
    'profile_cache_anonymous_bytes',
    'Estimated bytes of cached data of anonymous users',
    () => gauges().cacheBytes.anonymous,
  );
  totals('log_lines_dropped_total', 'Log lines dropped, because the output failed or was not read in time', {
    label: 'output',
    read: () => ({ stdout: gauges().logLinesDropped }),
  });
  totals(
    'trace_spans_total',
    'Spans by outcome: sent, failed to be sent, or dropped since the queue was full',
    {
      label: 'outcome',
      read: () => ({ ...gauges().spans }),
    },
  );
  gauge('server_ready', '1 if /ready answers that the process is ready, else 0', () =>
    health.readiness().status === 'ready' ? 1 : 0,
  );
  states('server_degraded', '1 for each degradation that /ready names, else 0', {
    label: 'what',
    values: DEGRADATIONS,
    current: () => health.readiness().degraded,
  });
  states('profile_breaker_state', '1 for the current state of the circuit breaker, else 0', {
    label: 'state',
    values: BREAKER_STATES,
    current: () => [gauges().breaker],
  });
}
