// Who asks: the token is read and verified before the body is read, and a bad one is refused there and then.
import type { Plugin } from 'graphql-yoga';
import { AppError, missingToken } from '../errors.ts';
import type { Services } from '../services.ts';
import { refusal } from './refusal.ts';
import type { RequestState } from './request-state.ts';

/** Puts the verified credentials of each GraphQL request on its state, or answers with the refusal. */
export function useAuthentication({
  authenticate,
  config,
}: Pick<Services, 'authenticate' | 'config'>): Plugin<object, RequestState> {
  return {
    async onRequestParse({ request, serverContext, endResponse, fetchAPI }) {
      try {
        serverContext.credentials = await authenticate((name) => request.headers.get(name));
        if (config.authRequired && !serverContext.credentials) throw missingToken();
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        endResponse(refusal(error, request, fetchAPI));
      }
    },
  };
}
