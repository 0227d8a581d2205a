// Headers of every answer: personal data is never stored, and no cache mixes up the answers to two origins.
import type { Plugin } from 'graphql-yoga';

/** Sets `Cache-Control`, `Vary` and `X-Content-Type-Options` on every answer, early refusals included. */
export function useResponseHeaders(): Plugin {
  return {
    onResponse({ response }) {
      response.headers.set('cache-control', 'no-store');
      response.headers.set('vary', 'Origin');
      response.headers.set('x-content-type-options', 'nosniff');
    },
  };
}
