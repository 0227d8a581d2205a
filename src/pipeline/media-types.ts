// Media types: request bodies are JSON, and the client must accept a type that the server can answer with.
import { AppError } from '../core/errors.ts';
import type { Exchange } from './exchange.ts';
import type { Step } from './step.ts';

const ANSWERS = [
  'application/graphql-response+json',
  'application/json',
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

function check(exchange: Exchange): AppError | undefined {
  const { method } = exchange;
  if (method === 'POST' && !isJson(exchange.header('content-type') ?? '')) {
    return new AppError('The body must be sent as application/json', { code: 'BAD_REQUEST', status: 415 });
  }
  if (isMet(exchange.header('accept'))) return undefined;
  const message = `The server answers with none of the accepted media types, but with: ${ANSWERS.join(', ')}`;
  return new AppError(message, { code: 'BAD_REQUEST', status: 406 });
}

function isMet(accept: string | undefined): boolean {
  if (accept === undefined || USUAL_ACCEPTS.has(accept) || accept.trim() === '') return true;
  return accept.split(',').some((range) => {
    const asked = mediaTypeOf(range);
    if (asked === '*/*') return true;
    return asked.endsWith('/*')
      ? ANSWERS.some((type) => type.startsWith(asked.slice(0, -1)))
      : ANSWERS.includes(asked);
  });
}

function isJson(contentType: string): boolean {
  return contentType === 'application/json' || mediaTypeOf(contentType) === 'application/json';
}

function mediaTypeOf(value: string): string {
  return (value.split(';')[0] ?? '').trim().toLowerCase();
}
