// What a query has cost, on its answer. Of the development process alone: it would tell what is kept of whom.
import type { Plugin } from 'graphql-yoga';
import type { RequestState } from '../../pipeline/exchange.ts';

/** Sends with each answer how many calls to the provider were made for it. */
export function useProfileCalls(): Plugin<object, RequestState> {
  return {
    onResponse({ serverContext, response }) {
      response.headers.set('x-profile-calls', String(serverContext.upstreamCalls ?? 0));
    },
  };
}
