// Media types (RFC 9110, section 8): request bodies are JSON in UTF-8 without a content coding, and the client must accept a
// type that the server can answer with.
import { MIMEType } from 'node:util';
import { AppError } from '../core/errors.ts';
import type { Exchange } from './exchange.ts';
import type { Step } from './step.ts';

const ANSWERS = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
  'multipart/mixed',
];

/**
 * Refuses with 415 every body that is not JSON, among them all that a browser sends to another origin without a preflight,
 * and with 406 an `Accept` that the server cannot meet.
 */
export function mediaTypes(): Step {
  return {
    name: 'media types',
    routes: ['graphql'],
    admit(exchange) {
      const refused = check(exchange);
      if (refused) throw refused;
    },
  };
}

/** What most clients send: looked up, since taking it apart is measurable. */
const USUAL_ACCEPTS = new Set<string | undefined>([undefined, '*/*', ...ANSWERS]);
const USUAL_TYPES = ['', ';charset=utf-8', '; charset=utf-8', ';charset=UTF-8', '; charset=UTF-8'].map(
  (parameter) => `application/json${parameter}`,
);

function check(exchange: Exchange): AppError | undefined {
  return (exchange.method === 'POST' && checkBody(exchange)) || checkAccept(exchange.header('accept'));
}

function checkBody(exchange: Exchange): AppError | undefined {
  const type = exchange.header('content-type') ?? '';
  if (!USUAL_TYPES.includes(type)) {
    const { essence, charset } = parseType(type);
    if (essence !== 'application/json') return unsupported('The body must be sent as application/json');
    if (!/^utf-?8$/i.test(charset)) return unsupported('The body must be sent in UTF-8');
  }
  const coding = exchange.header('content-encoding');
  if (coding === undefined || coding.split(',').every(isIdentity)) return undefined;
  // The header names the codings that the client may use instead (RFC 9110, section 12.5.3).
  return unsupported('The body must be sent without Content-Encoding', { 'accept-encoding': 'identity' });
}

/** Characters of a type that is parsed: Node's parser takes time quadratic in the number of spaces. */
const MAX_TYPE_LENGTH = 300;

/** Parsed as browsers do before they decide whether a type needs a preflight (mimesniff.spec.whatwg.org). */
function parseType(type: string): { readonly essence: string; readonly charset: string } {
  if (type.length > MAX_TYPE_LENGTH) return NO_TYPE;
  try {
    const { essence, params } = new MIMEType(type);
    return { essence, charset: params.get('charset') ?? 'utf-8' };
  } catch {
    return NO_TYPE;
  }
}

const NO_TYPE = { essence: '', charset: '' };

function isIdentity(coding: string): boolean {
  return ['', 'identity'].includes(coding.trim().toLowerCase());
}

function unsupported(message: string, headers?: Readonly<Record<string, string>>): AppError {
  return new AppError(message, { code: 'BAD_REQUEST', status: 415, headers });
}

/** Characters of an `Accept` that is taken apart: Yoga does so as well, and needs 12 ms for 15,000 commas. */
const MAX_ACCEPT_LENGTH = 2_000;

function checkAccept(accept: string | undefined): AppError | undefined {
  if (USUAL_ACCEPTS.has(accept) || !accept?.trim()) return undefined;
  if (accept.length > MAX_ACCEPT_LENGTH) return unacceptable('The header `Accept` is too long');
  if (accept.split(',').some(isMet)) return undefined;
  return unacceptable(
    `The server answers with none of the accepted media types, but with: ${ANSWERS.join(', ')}`,
  );
}

function unacceptable(message: string): AppError {
  return new AppError(message, { code: 'BAD_REQUEST', status: 406 });
}

/** Whether one of the answers is in the range; parameters but `q` are ignored. */
function isMet(range: string): boolean {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  if (parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) return false;
  if (type === '*/*') return true;
  return type.endsWith('/*')
    ? ANSWERS.some((answer) => answer.startsWith(type.slice(0, -1)))
    : ANSWERS.includes(type);
}
