// CORS for the origins in CORS_ORIGINS and for no others. No credentials: tokens are sent in headers, never in cookies.
import type { HeaderList, Step } from './step.ts';

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

const NONE: HeaderList = [];

/** The headers of CORS for an origin: none for one that is not listed. */
export function createCorsHeaders(origins: readonly string[]): (origin: string | undefined) => HeaderList {
  const byOrigin = new Map<string | undefined, HeaderList>(
    origins.map((origin) => [
      origin,
      [
        ...['access-control-allow-origin', origin],
        ...['access-control-allow-methods', 'GET, POST, OPTIONS'],
        ...['access-control-allow-headers', ALLOWED_HEADERS.join(', ')],
        ...['access-control-expose-headers', 'WWW-Authenticate, Retry-After, X-Request-Id'],
        ...['access-control-max-age', '7200'],
      ],
    ]),
  );
  return (origin) => byOrigin.get(origin) ?? NONE;
}

/** Adds the headers of CORS to every answer to a listed origin, refusals and preflights included. */
export function cors(origins: readonly string[]): Step {
  const headersFor = createCorsHeaders(origins);
  return {
    name: 'CORS',
    routes: ['graphql', 'rest', 'webhook', 'page', 'health', 'preflight', 'unknown'],
    headers: (exchange) => headersFor(exchange.header('origin')),
  };
}
