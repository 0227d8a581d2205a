// CORS for the origins in CORS_ORIGINS and for no others. No credentials: tokens are sent in headers, never in cookies.
import type { HeaderList, Step } from './step.ts';

/** Allowed where a preflight asks for no headers, or for some that no browser sends. */
const USUAL_HEADERS = [
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
].join(', ');

/** Field names (RFC 9110, section 5.6.2), separated by commas. */
const FIELD_NAMES = /^[ \t]*[\w!#$%&'*+.^`|~-]+(?:[ \t]*,[ \t]*[\w!#$%&'*+.^`|~-]+)*[ \t]*$/;

/** Characters of the names that are allowed as asked: monitoring libraries add a few headers each. */
const MAX_NAMES_LENGTH = 2_000;

/** What scripts of a listed origin can read of a response. */
export const EXPOSED_HEADERS = 'WWW-Authenticate, Retry-After, X-Request-Id';

const NONE: HeaderList = [];

/** The headers of CORS for an origin: none for one that is not listed. `asked` are the request headers that a preflight asks for. */
export type CorsHeaders = (origin: string | undefined, asked?: string) => HeaderList;

/**
 * Creates the headers of CORS. Pages of a listed origin may send any request headers: without credentials there is nothing
 * that a header could add to what such a page may do.
 */
export function createCorsHeaders(origins: readonly string[]): CorsHeaders {
  const headersFor = (origin: string, allowed: string): HeaderList => [
    ...['access-control-allow-origin', origin],
    ...['access-control-allow-methods', 'GET, POST, OPTIONS'],
    ...['access-control-allow-headers', allowed],
    ...['access-control-expose-headers', EXPOSED_HEADERS],
    ...['access-control-max-age', '7200'],
  ];
  const byOrigin = new Map(origins.map((origin) => [origin, headersFor(origin, USUAL_HEADERS)]));
  return (origin, asked) => {
    const usual = origin !== undefined && byOrigin.get(origin);
    if (!usual) return NONE;
    return asked !== undefined && isNames(asked) ? headersFor(origin, asked) : usual;
  };
}

/** Adds the headers of CORS to every answer to a listed origin, refusals and preflights included, but for webhooks: no page sends them. */
export function cors(origins: readonly string[]): Step {
  const headersFor = createCorsHeaders(origins);
  return {
    name: 'CORS',
    routes: ['graphql', 'rest', 'page', 'health', 'preflight', 'unknown'],
    headers(exchange) {
      const isPreflight = exchange.route === 'preflight';
      const asked = isPreflight ? exchange.header('access-control-request-headers') : undefined;
      return headersFor(exchange.header('origin'), asked);
    },
  };
}

function isNames(asked: string): boolean {
  return asked.length <= MAX_NAMES_LENGTH && FIELD_NAMES.test(asked);
}
