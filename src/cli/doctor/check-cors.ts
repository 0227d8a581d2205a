// Whether a page of this origin may ask, by the server's own answer to browsers.
import type { Config } from '../../core/config/config.ts';
import { createCorsHeaders } from '../../pipeline/cors.ts';
import { type Finding, quote } from './finding.ts';

/** Decides for one origin. */
export function checkCors(origin: string, { corsOrigins }: Pick<Config, 'corsOrigins'>): Finding {
  const details = { origin: quote(origin), listed: corsOrigins };
  if (createCorsHeaders(corsOrigins)(origin).includes(origin)) {
    const message = `Pages of ${quote(origin)} may ask.`;
    return { check: 'cors', status: 'ok', code: 'ORIGIN_ALLOWED', message, details };
  }
  const parsed = URL.canParse(origin) ? new URL(origin) : undefined;
  if (parsed === undefined || parsed.origin !== origin) {
    const meant = parsed && parsed.origin !== 'null' ? `, such as ${parsed.origin}` : '';
    return {
      check: 'cors',
      status: 'failed',
      code: 'ORIGIN_MALFORMED',
      message: `${quote(origin)} is not an origin as browsers send it.`,
      remedy: `Give scheme, host and port alone${meant}: no path, no trailing slash.`,
      details,
    };
  }
  const sibling = corsOrigins.find((listed) => new URL(listed).hostname === parsed.hostname);
  const difference = sibling === undefined ? '' : ` ${sibling} is listed: scheme or port differ.`;
  return {
    check: 'cors',
    status: 'failed',
    code: 'ORIGIN_NOT_LISTED',
    message: `A browser will not show our answers to pages of ${origin}: CORS_ORIGINS does not list it.${difference}`,
    remedy: `Set CORS_ORIGINS=${[...corsOrigins, origin].join(',')}`,
    details,
  };
}
