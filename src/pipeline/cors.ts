// CORS for the origins that the configuration lists, and for no others. No credentials: tokens travel in headers.
import type { Plugin } from 'graphql-yoga';

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

/** Headers of CORS, or none. */
export type CorsHeaders = Readonly<Record<string, string>>;

const NONE: CorsHeaders = {};

/** Gives the headers for an origin: an empty set for one that is not listed. */
export function createCors(origins: readonly string[]): (origin: string | null | undefined) => CorsHeaders {
  const byOrigin = new Map<string | null | undefined, CorsHeaders>(
    origins.map((origin) => [
      origin,
      {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST, OPTIONS',
        'access-control-allow-headers': ALLOWED_HEADERS.join(', '),
        'access-control-expose-headers': 'WWW-Authenticate, Retry-After, X-Request-Id',
        'access-control-max-age': '7200',
      },
    ]),
  );
  return (origin) => byOrigin.get(origin) ?? NONE;
}

/** Answers preflights, and adds the headers to every answer, early refusals included. */
export function useCors(origins: readonly string[]): Plugin {
  const headersFor = createCors(origins);
  return {
    onRequest({ request, endResponse, fetchAPI }) {
      if (request.method !== 'OPTIONS') return;
      // Some browsers wait for a body unless they are told that there is none.
      endResponse(new fetchAPI.Response(null, { status: 204, headers: { 'content-length': '0' } }));
    },
    onResponse({ request, response }) {
      const headers = headersFor(request.headers.get('origin'));
      for (const name in headers) response.headers.set(name, headers[name] ?? '');
    },
  };
}
