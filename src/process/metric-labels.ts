// The values of labels. The compiler refuses a value that is not in the union, and a union with a value that is not here.
import {
  COPY_KINDS,
  type CutReason,
  type EventOf,
  type RefusingLimit,
  type StreamEnd,
  type TokenMismatch,
  type WebhookOutcome,
} from '../core/events.ts';
import type { Degradation } from './health.ts';

export const BREAKER_STATES = Object.keys({
  closed: true,
  'half-open': true,
  open: true,
} satisfies Record<EventOf<'breaker'>['state'], true>);
export const DEGRADATIONS = Object.keys({
  'keys-stale': true,
  'breaker-open': true,
  'provider-refuses-us': true,
  'project-unknown': true,
  'redis-down': true,
} satisfies Record<Degradation, true>);
export const BUDGETS = Object.keys({
  user: true,
  address: true,
  'anonymous-users': true,
  'anonymous-calls': true,
} satisfies Record<EventOf<'rate-limited'>['budget'], true>);
export const MISMATCHES = Object.keys({
  issuer: true,
  class: true,
  audience: true,
  project: true,
} satisfies Record<TokenMismatch['reason'], true>);
export const CUT_REASONS = Object.keys({
  MAX_BODIES: true,
  BODIES_LIMIT: true,
  MIN_RATE: true,
  ANSWER_NOT_READ: true,
  UNREAD_LIMIT: true,
  MAX_CONNECTIONS: true,
  PIPELINING: true,
} satisfies Record<CutReason, true>);
export const FETCH_OUTCOMES = Object.keys({ fetched: true, failed: true } satisfies Record<
  EventOf<'keys'>['outcome'],
  true
>);
export const SOURCES = Object.keys({
  fresh: true,
  redis: true,
  stale: true,
  call: true,
  shared: true,
} satisfies Record<EventOf<'profile'>['from'], true>);
export const LOOKED_UP = COPY_KINDS.filter((kind) => kind !== 'profile');
export const CALL_OUTCOMES = Object.keys({
  ok: true,
  gone: true,
  forbidden: true,
  rejected: true,
  unavailable: true,
  limited: true,
  expired: true,
  refused: true,
} satisfies Record<EventOf<'provider-call'>['outcome'], true>);
export const PAUSE_CAUSES = Object.keys({ failing: true, limited: true } satisfies Record<
  EventOf<'user-paused'>['because'],
  true
>);
export const CALL_REFUSALS = Object.keys({ 'queue-full': true, 'anonymous-share': true } satisfies Record<
  EventOf<'call-refused'>['because'],
  true
>);
export const REDIS_OUTCOMES = Object.keys({
  ok: true,
  skipped: true,
  timeout: true,
  lost: true,
  refused: true,
} satisfies Record<EventOf<'redis-command'>['outcome'], true>);
export const REDIS_UNREADABLE = Object.keys({ copy: true, message: true } satisfies Record<
  EventOf<'redis-unreadable'>['what'],
  true
>);
export const STREAM_ENDS = Object.keys({
  completed: true,
  failed: true,
  expired: true,
  deleted: true,
  draining: true,
  client: true,
} satisfies Record<StreamEnd, true>);
export const WEBHOOK_OUTCOMES = Object.keys({
  dropped: true,
  ignored: true,
  repeated: true,
  refused: true,
  failed: true,
} satisfies Record<WebhookOutcome, true>);
export const LIMITS = Object.keys({
  RESPONSE_LIMIT: true,
  MAX_STREAMS: true,
  MAX_STREAMS_PER_USER: true,
} satisfies Record<RefusingLimit, true>);
