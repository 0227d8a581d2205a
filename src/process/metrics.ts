// Metrics for Prometheus, counted from events and read from gauges.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ErrorReason } from '../core/errors.ts';
import type { ServerEvent } from '../core/events.ts';
import type { Outcome } from '../provider/outcomes.ts';
import type { Degradation } from './health.ts';
import type { Services } from './services.ts';

/** Metrics of one process. Labels have few values: no user, no request and no operation is among them. */
export interface Metrics {
  /** All of them in Prometheus' text format. */
  render(): Promise<string>;
  readonly contentType: string;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];
const BREAKER_STATES = ['closed', 'half-open', 'open'] as const;
const DEGRADATIONS: readonly Degradation[] = ['keys-stale', 'breaker-open', 'provider-refuses-us'];

/** What is counted from nought on: a rule that looks for an increase would not see a counter begin at one. */
const REASONS: readonly ErrorReason[] = [
  'MISSING_TOKEN',
  'EXPIRED_TOKEN',
  'INVALID_TOKEN',
  'CONFLICTING_TOKENS',
  'SERVER_ERROR',
];
const BUDGETS = ['user', 'address'];
const FETCH_OUTCOMES = ['fetched', 'failed'];
const SOURCES = ['fresh', 'stale', 'call', 'shared'];
const CALL_OUTCOMES: readonly Outcome<unknown>['kind'][] = [
  'ok',
  'gone',
  'forbidden',
  'rejected',
  'unavailable',
  'limited',
  'expired',
  'refused',
];

/** Counts what the services tell, and measures them when asked. */
export function createMetrics({
  events,
  gauges,
  health,
}: Pick<Services, 'events' | 'gauges' | 'health'>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const counter = (name: string, help: string, labels: Readonly<Record<string, readonly string[]>>) => {
    const counted = new Counter({ name, help, labelNames: Object.keys(labels), registers });
    for (const [label, values] of Object.entries(labels))
      for (const value of values) counted.inc({ [label]: value }, 0);
    return counted;
  };
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, buckets: SECONDS, registers });
  const gauge = (name: string, help: string, read: () => number | undefined) =>
    new Gauge({
      name,
      help,
      registers,
      collect: function collect() {
        this.set(read() ?? Number.NaN);
      },
    });

  const requests = counter('graphql_requests_total', 'Requests by HTTP status and first error code', {
    status: [],
    code: [],
  });
  const prepared = counter('graphql_fast_path_requests_total', 'Requests that went the short way', {});
  const duration = histogram('graphql_request_duration_seconds', 'From the request to its answer');
  const refused = counter('auth_tokens_refused_total', 'Requests refused for their token, by reason', {
    reason: REASONS,
  });
  const limited = counter('auth_rate_limited_total', 'Requests over a budget', { budget: BUDGETS });
  const fetches = counter('auth_keys_fetches_total', "Fetches of the provider's keys by outcome", {
    outcome: FETCH_OUTCOMES,
  });
  const lookups = counter('profile_lookups_total', 'How profiles were had: fresh, stale, call, shared', {
    from: SOURCES,
  });
  const calls = counter('profile_calls_total', 'Calls for a profile by outcome', { outcome: CALL_OUTCOMES });
  const callDuration = histogram(
    'profile_call_duration_seconds',
    'Of calls for a profile, a second attempt included',
  );

  gauge('graphql_requests_in_flight', 'Requests being answered', () => gauges().inFlight);
  gauge('auth_keys_age_seconds', "Age of the provider's keys", () => gauges().keysAge);
  gauge('profile_calls_in_flight', 'Calls for a profile under way', () => gauges().callsActive);
  gauge('profile_calls_waiting', 'Calls for a profile in line', () => gauges().callsQueued);
  gauge('server_ready', 'Whether /ready says so: 1 or 0', () =>
    health.readiness().status === 'ready' ? 1 : 0,
  );
  new Gauge({
    name: 'server_degraded',
    help: 'What ails, as /ready names it: 1 or 0',
    labelNames: ['what'],
    registers,
    collect() {
      const { degraded } = health.readiness();
      for (const what of DEGRADATIONS) this.set({ what }, degraded.includes(what) ? 1 : 0);
    },
  });
  new Gauge({
    name: 'profile_breaker_state',
    help: 'Of the circuit breaker: 1 for the state it is in',
    labelNames: ['state'],
    registers,
    collect() {
      for (const state of BREAKER_STATES) this.set({ state }, gauges().breaker === state ? 1 : 0);
    },
  });

  events.subscribe((event: ServerEvent) => {
    switch (event.kind) {
      case 'request':
        requests.inc({ status: event.status, code: event.codes[0] ?? 'none' });
        return duration.observe(event.seconds);
      case 'fast-path':
        return prepared.inc();
      case 'token-refused':
        return refused.inc({ reason: event.reason });
      case 'rate-limited':
        return limited.inc({ budget: event.budget });
      case 'keys':
        return fetches.inc({ outcome: event.outcome });
      case 'profile':
        return lookups.inc({ from: event.from });
      case 'provider-call':
        calls.inc({ outcome: event.outcome });
        return callDuration.observe(event.seconds);
    }
  });

  return { render: () => registry.metrics(), contentType: registry.contentType };
}
