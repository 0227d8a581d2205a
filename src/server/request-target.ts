// Request targets (RFC 9112, section 3.2) and `Host`: what a request asks for, before anything is routed.
import type { IncomingMessage } from 'node:http';
import { MALFORMED_PATH } from '../pipeline/exchange.ts';

const SLASH = '/'.charCodeAt(0);

/** Scheme, authority, and path with query. */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)([^#]*)$/i;

/** Names, IPv4 and IPv6, with or without a port. No user, and none of the delimiters that could begin a path. */
const HOST = /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i;

/** Returns the path of a request as it was sent, without its query string; `MALFORMED_PATH` where there is none. */
export type ReadPath = (request: IncomingMessage) => string;

/**
 * Creates the reader. A target in absolute form is replaced by its path, and `Host` by its authority (RFC 9112, section
 * 3.2.2), so that what comes later sees one form.
 */
export function createReadPath(): ReadPath {
  // Most clients send the same one, and parsing it is measurable.
  let lastValid = 'localhost';
  const isHost = (host: string) => {
    if (host === lastValid) return true;
    if (!HOST.test(host) || !URL.canParse(`http://${host}`)) return false;
    lastValid = host;
    return true;
  };

  function readOtherForm(request: IncomingMessage): string {
    const { method, url = '' } = request;
    if (method === 'OPTIONS' && url === '*') {
      request.url = '/';
      return '*';
    }
    const [, authority = '', rest = ''] = ABSOLUTE_FORM.exec(url) ?? [];
    if (!isHost(authority)) return MALFORMED_PATH;
    request.headers.host = authority;
    request.url = rest.startsWith('/') ? rest : `/${rest}`;
    return pathOf(request.url);
  }

  return (request) => {
    const { headers, url = '' } = request;
    // HTTP/1.0 needs none; later versions do, also beside a target in absolute form (RFC 9112, section 3.2).
    if (request.httpVersion === '1.0') headers.host ??= 'localhost';
    if (headers.host === undefined || !isHost(headers.host)) return MALFORMED_PATH;
    return url.charCodeAt(0) === SLASH ? pathOf(url) : readOtherForm(request);
  };
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
