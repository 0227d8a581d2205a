// Metrics for Prometheus, counted from events and read from gauges.
import { collectDefaultMetrics, Registry } from 'prom-client';
import { TOKEN_REFUSALS } from '../core/errors.ts';
import type { ServerEvent } from '../core/events.ts';
import { MUTATION_NAMES } from '../core/mutation-names.ts';
import { readGauges } from './gauge-metrics.ts';
import { createInstruments, type Instruments } from './instruments.ts';
import {
  BUDGETS,
  CALL_OUTCOMES,
  CALL_REFUSALS,
  CUT_REASONS,
  FETCH_OUTCOMES,
  LIMITS,
  LOOKED_UP,
  MISMATCHES,
  PAUSE_CAUSES,
  SOURCES,
  STREAM_ENDS,
  WEBHOOK_OUTCOMES,
} from './metric-labels.ts';
import { measureOpenFiles } from './open-files.ts';
import { measureRedis } from './redis-metrics.ts';
import type { Services } from './services.ts';

/** The metrics of one process. Labels have few values: none of them is a user, a request or an operation. */
export interface Metrics {
  /** All metrics in Prometheus' text format. */
  render(): Promise<string>;
  readonly contentType: string;
}

type Measured = Pick<Services, 'events' | 'gauges' | 'health'>;

/** Creates metrics that count the events of the services, and read the gauges when they are rendered. */
export function createMetrics(measured: Measured): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  measureOpenFiles(registry);
  const instruments = createInstruments(registry);
  countEvents(measured, instruments);
  if (measured.gauges().redis !== undefined) measureRedis(measured, instruments);
  readGauges(measured, instruments);
  return { render: () => registry.metrics(), contentType: registry.contentType };
}

function countEvents({ events }: Measured, { counter, histogram }: Instruments): void {
  const requests = counter('graphql_requests_total', 'Requests by HTTP status and first error code', {
    status: [],
    code: [],
  });
  const fastPath = counter('graphql_fast_path_requests_total', 'Requests that the fast path answered');
  const cut = counter('server_connections_cut_total', 'Connections that were closed for what they cost', {
    reason: CUT_REASONS,
  });
  const duration = histogram('graphql_request_duration_seconds', 'Time from the request to its response');
  const refused = counter('auth_tokens_refused_total', 'Requests refused by authentication, by reason', {
    reason: TOKEN_REFUSALS,
  });
  const mismatches = counter(
    'auth_token_mismatches_total',
    'Tokens of the provider that are not for this server, by what does not match',
    { reason: MISMATCHES },
  );
  const limited = counter('auth_rate_limited_total', 'Requests and calls refused by a rate limit', {
    budget: BUDGETS,
  });
  const fetches = counter('auth_keys_fetches_total', "Fetches of the provider's keys by outcome", {
    outcome: FETCH_OUTCOMES,
  });
  const lookups = counter(
    'profile_lookups_total',
    'Profiles by source: fresh or stale from the cache, from Redis, a new call, or a shared call',
    { from: SOURCES },
  );
  const copyLookups = counter(
    'identity_lookups_total',
    'The same for teams, permissions and so on: by what was looked up, and its source',
    { of: LOOKED_UP, from: SOURCES },
  );
  const calls = counter('profile_calls_total', 'Calls to the provider by outcome', {
    outcome: CALL_OUTCOMES,
  });
  const userPauses = counter(
    'profile_user_pauses_total',
    'Pauses for single users whose calls to the provider fail or are limited',
    { because: PAUSE_CAUSES },
  );
  const callsRefused = counter(
    'profile_calls_refused_total',
    'Calls to the provider that were not made, since too many are active and queued',
    { because: CALL_REFUSALS },
  );
  const callDuration = histogram(
    'profile_call_duration_seconds',
    'Duration of calls to the provider, including the second attempt',
  );
  const mutations = counter('graphql_mutations_total', 'Mutations of users by name and outcome', {
    mutation: [],
    outcome: [],
  });
  // Their other outcomes appear with the first of each: most never do.
  for (const mutation of MUTATION_NAMES) mutations.inc({ mutation, outcome: 'ok' }, 0);
  const streams = counter('graphql_streams_ended_total', 'Streams of subscriptions, by how they ended', {
    ended: STREAM_ENDS,
  });
  const streamEvents = counter('graphql_stream_events_total', 'Events of subscriptions that were executed');
  const webhooks = counter('webhooks_received_total', 'Events of the provider by type and outcome', {
    // Those of known types appear with the first of each.
    type: ['unknown'],
    outcome: WEBHOOK_OUTCOMES,
  });
  const limits = counter(
    'graphql_limit_refusals_total',
    'Requests and answers over a limit, by its variable',
    {
      limit: LIMITS,
    },
  );

  events.subscribe((event: ServerEvent) => {
    switch (event.kind) {
      case 'request':
        requests.inc({ status: event.status, code: event.codes[0] ?? 'none' });
        // How long a stream was open says nothing about the speed of answers.
        return event.stream ? streams.inc({ ended: event.stream }) : duration.observe(event.seconds);
      case 'limit':
        return limits.inc({ limit: event.limit });
      case 'stream-event':
        return streamEvents.inc();
      case 'cut':
        return cut.inc({ reason: event.reason });
      case 'fast-path':
        return fastPath.inc();
      case 'token-refused':
        return refused.inc({ reason: event.reason });
      case 'token-mismatch':
        return mismatches.inc({ reason: event.mismatch.reason });
      case 'rate-limited':
        return limited.inc({ budget: event.budget });
      case 'keys':
        return fetches.inc({ outcome: event.outcome });
      case 'profile':
        return lookups.inc({ from: event.from });
      case 'mutation':
        return mutations.inc({ mutation: event.operation, outcome: event.outcome });
      case 'lookup':
        return copyLookups.inc({ of: event.of, from: event.from });
      case 'webhook':
        return webhooks.inc({ type: event.type, outcome: event.outcome });
      case 'user-paused':
        return userPauses.inc({ because: event.because });
      case 'call-refused':
        return callsRefused.inc({ because: event.because });
      case 'provider-call':
        calls.inc({ outcome: event.outcome });
        return callDuration.observe(event.seconds);
    }
  });
}
