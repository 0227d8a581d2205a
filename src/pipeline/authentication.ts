// Authentication: the token is read and verified before the body is read, and a bad one is refused at once.
import type { MaybePromise } from '@whatwg-node/promise-helpers';
import { AppError, isTokenRefusal, missingToken } from '../core/errors.ts';
import type { Services } from '../process/services.ts';
import { clientAddressOf } from './client-address.ts';
import type { Exchange } from './exchange.ts';
import type { Step } from './step.ts';

type Needed = Pick<Services, 'authenticate' | 'readAddress' | 'config' | 'events'>;

/** Puts the verified credentials of each request on its exchange, or refuses it. A known token costs no promise. */
export function authentication({ authenticate, readAddress, config, events }: Needed): Step {
  function accept(exchange: Exchange, credentials: Exchange['credentials']): void {
    exchange.credentials = credentials;
    if (!credentials && (config.authRequired || exchange.route === 'rest')) throw missingToken();
  }

  function verify(exchange: Exchange): MaybePromise<void> {
    const header = (name: string) => exchange.header(name);
    const address = () => clientAddressOf(exchange, readAddress);
    const credentials = authenticate(header, address);
    if (!(credentials instanceof Promise)) return accept(exchange, credentials);
    // Only a token that was not known takes time.
    exchange.span?.record('verify', credentials);
    return credentials.then((verified) => accept(exchange, verified), refuse);
  }

  function refuse(error: unknown): never {
    if (error instanceof AppError && isTokenRefusal(error.reason)) {
      events.emit({ kind: 'token-refused', reason: error.reason });
    }
    throw error;
  }

  return {
    name: 'authentication',
    admit(exchange) {
      try {
        return verify(exchange);
      } catch (error) {
        return refuse(error);
      }
    },
  };
}
