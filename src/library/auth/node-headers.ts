// The headers of a request of node:http, for reading a token.
import type { IncomingMessage } from 'node:http';
import type { HeaderSource } from './types.ts';

/**
 * Node keeps the first of two `Authorization` headers and drops the other, of which a proxy may have read the token. Both
 * are read here, so that such a request is refused. All else is as `headers` has it, where others may have changed it.
 */
export function nodeHeadersOf({ headers, headersDistinct }: IncomingMessage): HeaderSource {
  // Requests that frameworks make for tests have only `headers`.
  const sent = headersDistinct?.['authorization'];
  return sent && sent.length > 1 ? { ...headers, authorization: sent } : headers;
}
