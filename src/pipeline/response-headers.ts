// Headers of every answer: personal data is never stored, and no cache mixes up the answers to two origins.
import type { Plugin } from 'graphql-yoga';

/** By name. */
export const ANSWER_HEADERS = {
  'cache-control': 'no-store',
  vary: 'Origin',
  'x-content-type-options': 'nosniff',
} as const;

/** Sets them on every answer, early refusals included. */
export function useResponseHeaders(): Plugin {
  return {
    onResponse({ response }) {
      for (const [name, value] of Object.entries(ANSWER_HEADERS)) response.headers.set(name, value);
    },
  };
}
