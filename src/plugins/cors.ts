// CORS for the origins that the configuration lists, and for no others. No credentials: tokens travel in headers.
import type { YogaServerOptions } from 'graphql-yoga';
import type { RequestState } from './request-state.ts';

const ALLOWED_HEADERS = [
  'content-type',
  'authorization',
  'x-stack-access-token',
  'x-hexclave-access-token',
  'x-stack-auth',
  'x-request-id',
  'traceparent',
  'tracestate',
  'apollographql-client-name',
  'apollographql-client-version',
];

const EXPOSED_HEADERS = ['WWW-Authenticate', 'Retry-After', 'X-Request-Id'];

/** Yoga's `cors` option for these origins. Yoga applies it to every answer, early refusals included. */
export function corsFor(
  origins: readonly string[],
): NonNullable<YogaServerOptions<RequestState, object>['cors']> {
  const allowed = new Set(origins);
  return (request) => {
    const origin = request.headers.get('origin');
    if (origin === null || !allowed.has(origin)) return false;
    return {
      origin,
      methods: ['GET', 'POST', 'OPTIONS'],
      allowedHeaders: ALLOWED_HEADERS,
      exposedHeaders: EXPOSED_HEADERS,
      credentials: false,
      maxAge: 7200,
    };
  };
}
