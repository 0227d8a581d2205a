// X-Request-Id: taken over where a proxy has set a harmless one, else made; sent with every answer.
import { randomUUID } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import type { RequestState } from './exchange.ts';

const HARMLESS = /^[\w.-]{1,64}$/;

/** The id that was given, if it is harmless, else a new one. */
export function requestIdOf(given: string | null | undefined): string {
  return given != null && HARMLESS.test(given) ? given : randomUUID();
}

/** Names every request, so that an answer, a log line and a report can be matched. */
export function useRequestId(): Plugin<object, RequestState> {
  return {
    onRequest({ request, serverContext }) {
      serverContext.requestId = requestIdOf(request.headers.get('x-request-id'));
    },
    onResponse({ response, serverContext }) {
      response.headers.set('x-request-id', serverContext.requestId ?? randomUUID());
    },
  };
}
