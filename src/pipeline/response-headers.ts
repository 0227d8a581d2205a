// Headers of every answer: personal data is never stored, and no cache mixes up the answers to two origins.
import type { Step } from './step.ts';

const HEADERS = ['cache-control', 'no-store', 'vary', 'Origin', 'x-content-type-options', 'nosniff'] as const;

/** Sets them on every answer, refusals included. */
export function responseHeaders(): Step {
  return {
    name: 'response headers',
    routes: ['graphql', 'rest', 'webhook', 'page', 'health', 'preflight', 'unknown'],
    headers: () => HEADERS,
  };
}
