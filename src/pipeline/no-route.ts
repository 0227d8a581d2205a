// Requests for which there is no route: a malformed target, an unknown path, a method that the path does not have.
import type { AppError } from '../core/errors.ts';
import type { Exchange } from './exchange.ts';
import type { Step } from './step.ts';

/** Refuses them with the error of `refusalOf`. */
export function noRoute(refusalOf: (exchange: Exchange) => AppError): Step {
  return {
    name: 'no route',
    routes: ['unknown'],
    admit(exchange) {
      throw refusalOf(exchange);
    },
  };
}
