// Requests for which there is no route: a malformed target, an unknown path, a method that the path does not have.
import type { AppError } from '../core/errors.ts';
import type { Exchange } from './exchange.ts';
import type { Step } from './step.ts';

/** Refuses them with the error of `refusalOf`, which finds none for a method that the REST API or webhooks have. */
export function noRoute(refusalOf: (exchange: Exchange) => AppError | undefined): Step {
  return {
    name: 'no route',
    routes: ['rest', 'webhook', 'unknown'],
    admit(exchange) {
      const refused = refusalOf(exchange);
      if (refused) throw refused;
    },
  };
}
