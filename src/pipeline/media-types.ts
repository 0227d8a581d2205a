// Which media types are spoken: JSON comes in, and what the client accepts is settled before anything is executed.
import type { Plugin } from 'graphql-yoga';
import { AppError } from '../core/errors.ts';
import type { RequestState } from './exchange.ts';
import { refusal } from './refusal.ts';

const SPOKEN = [
  'application/graphql-response+json',
  'application/json',
  'text/event-stream',
  'multipart/mixed',
];

/**
 * Refuses with 415 every body that is not JSON, among them all that a browser sends to another origin without asking
 * first, and with 406 an `Accept` that we cannot meet.
 */
export function useMediaTypes(): Plugin<object, RequestState> {
  return {
    onRequestParse(payload) {
      const refused = check(payload.request);
      if (refused) payload.endResponse(refusal(refused, payload));
    },
  };
}

function check({ method, headers }: Request): AppError | undefined {
  if (method === 'POST' && mediaTypeOf(headers.get('content-type') ?? '') !== 'application/json') {
    return new AppError('The body must be sent as application/json', { code: 'BAD_REQUEST', status: 415 });
  }
  if (isMet(headers.get('accept'))) return undefined;
  const message = `None of the accepted media types is spoken here: ${SPOKEN.join(', ')}`;
  return new AppError(message, { code: 'BAD_REQUEST', status: 406 });
}

function isMet(accept: string | null): boolean {
  if (accept === null || accept.trim() === '') return true;
  return accept.split(',').some((range) => {
    const asked = mediaTypeOf(range);
    if (asked === '*/*') return true;
    return asked.endsWith('/*')
      ? SPOKEN.some((type) => type.startsWith(asked.slice(0, -1)))
      : SPOKEN.includes(asked);
  });
}

function mediaTypeOf(value: string): string {
  return (value.split(';')[0] ?? '').trim().toLowerCase();
}
