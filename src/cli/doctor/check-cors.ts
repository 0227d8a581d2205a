// Whether browsers let a page of this origin call the server, decided by the server's own CORS headers.
import type { Config } from '../../core/config/config.ts';
import { originOf } from '../../core/config/origin.ts';
import { createCorsHeaders } from '../../pipeline/cors.ts';
import { type Finding, quote } from './finding.ts';

/** Headers that a preflight of a page could ask for: ours, those of two monitoring libraries, and one that is made up. */
const ASKED = 'authorization,baggage,content-type,sentry-trace,x-any-name,x-stack-access-token';

/** Checks one origin. */
export function checkCors(origin: string, { corsOrigins }: Pick<Config, 'corsOrigins'>): Finding {
  const details = { origin: quote(origin), listed: corsOrigins };
  const preflight = valuesOf(createCorsHeaders(corsOrigins)(origin, ASKED));
  if (preflight['access-control-allow-origin'] === origin) {
    return { ...allowed(origin, preflight), details: { ...details, preflight } };
  }
  const sent = originOf(origin);
  if (sent !== origin) {
    const suggestion = sent === undefined ? '' : `, such as ${quote(sent)}`;
    return {
      check: 'cors',
      status: 'failed',
      code: 'ORIGIN_MALFORMED',
      message: `${quote(origin)} is not an origin as browsers send it.`,
      remedy: `Give scheme, host and port alone${suggestion}: no path, no trailing slash.`,
      details,
    };
  }
  const { hostname } = new URL(origin);
  const similar = corsOrigins.find((listed) => new URL(listed).hostname === hostname);
  const difference = similar === undefined ? '' : ` ${similar} is listed: its scheme or port differs.`;
  return {
    check: 'cors',
    status: 'failed',
    code: 'ORIGIN_NOT_LISTED',
    message: `Browsers do not let pages of ${origin} read the server's responses: CORS_ORIGINS does not list it.${difference}`,
    remedy: `Set CORS_ORIGINS=${[...corsOrigins, origin].join(',')}`,
    details,
  };
}

type Preflight = Readonly<Record<string, string>>;

function allowed(origin: string, preflight: Preflight): Omit<Finding, 'details'> {
  const headers = preflight['access-control-allow-headers'] ?? '';
  const names = headers === ASKED ? 'any request header' : `the request headers ${headers}`;
  return {
    check: 'cors',
    status: 'ok',
    code: 'ORIGIN_ALLOWED',
    message: `Pages of ${quote(origin)} may call this server, with ${names}. Credentials such as cookies are not allowed.`,
  };
}

function valuesOf(headers: readonly string[]): Preflight {
  return Object.fromEntries(
    headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : [])),
  );
}
