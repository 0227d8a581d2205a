// Whether browsers let a page of this origin call the server, decided by the server's own CORS headers.
import type { Config } from '../../core/config/config.ts';
import { createCorsHeaders } from '../../pipeline/cors.ts';
import { type Finding, quote } from './finding.ts';

/** Checks one origin. */
export function checkCors(origin: string, { corsOrigins }: Pick<Config, 'corsOrigins'>): Finding {
  const details = { origin: quote(origin), listed: corsOrigins };
  if (createCorsHeaders(corsOrigins)(origin).includes(origin)) {
    const message = `Pages of ${quote(origin)} may call this server.`;
    return { check: 'cors', status: 'ok', code: 'ORIGIN_ALLOWED', message, details };
  }
  const parsed = URL.canParse(origin) ? new URL(origin) : undefined;
  if (parsed === undefined || parsed.origin !== origin) {
    const suggestion = parsed && parsed.origin !== 'null' ? `, such as ${parsed.origin}` : '';
    return {
      check: 'cors',
      status: 'failed',
      code: 'ORIGIN_MALFORMED',
      message: `${quote(origin)} is not an origin as browsers send it.`,
      remedy: `Give scheme, host and port alone${suggestion}: no path, no trailing slash.`,
      details,
    };
  }
  const similar = corsOrigins.find((listed) => new URL(listed).hostname === parsed.hostname);
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
