// Who asks: the token is read and verified before the body is read, and a bad one is refused there and then.
import type { Plugin } from 'graphql-yoga';
import { AppError, missingToken } from '../errors.ts';
import type { Services } from '../services.ts';
import { refusal } from './refusal.ts';
import type { RequestState } from './request-state.ts';

/** Puts the verified credentials of each GraphQL request on its state, or answers with the refusal. */
export function useAuthentication({
  authenticate,
  readAddress,
  config,
}: Pick<Services, 'authenticate' | 'readAddress' | 'config'>): Plugin<object, RequestState> {
  return {
    async onRequestParse({ request, serverContext, endResponse, fetchAPI }) {
      const header = (name: string) => request.headers.get(name);
      const peer = serverContext.req?.socket.remoteAddress;
      try {
        serverContext.credentials = await authenticate(header, () =>
          readAddress({ peer, forwarded: header('x-forwarded-for') }),
        );
        if (config.authRequired && !serverContext.credentials) throw missingToken();
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        endResponse(refusal(error, request, fetchAPI));
      }
    },
  };
}
