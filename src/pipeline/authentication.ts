// Who asks: the token is read and verified before the body is read, and a bad one is refused there and then.
import type { Plugin } from 'graphql-yoga';
import { AppError, missingToken } from '../core/errors.ts';
import type { Services } from '../process/services.ts';
import type { RequestState } from './exchange.ts';
import { refusal } from './refusal.ts';

/** Puts the verified credentials of each GraphQL request on its state, or answers with the refusal. */
export function useAuthentication({
  authenticate,
  readAddress,
  config,
  events,
}: Pick<Services, 'authenticate' | 'readAddress' | 'config' | 'events'>): Plugin<object, RequestState> {
  return {
    async onRequestParse(payload) {
      const { request, serverContext } = payload;
      const header = (name: string) => request.headers.get(name);
      const peer = serverContext.req?.socket.remoteAddress;
      const address = () => readAddress({ peer, forwarded: header('x-forwarded-for') });
      try {
        serverContext.credentials = await authenticate(header, address);
        if (config.authRequired && !serverContext.credentials) throw missingToken();
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (error.reason !== undefined) events.emit({ kind: 'token-refused', reason: error.reason });
        payload.endResponse(refusal(error, payload));
      }
    },
  };
}
