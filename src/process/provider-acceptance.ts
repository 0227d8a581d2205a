// Whether the provider accepts our keys, our project and our way of asking: the one place that knows, read by health.
import type { CallOutcome, Events } from '../core/events.ts';
import type { Logger } from '../core/logger.ts';

/** What the provider last said about us. */
export interface ProviderAcceptance {
  readonly isRefused: boolean;
}

/** Outcomes which show that our keys were accepted. An expired token is refused before the keys are looked at. */
const ACCEPTED: ReadonlySet<CallOutcome> = new Set<CallOutcome>(['ok', 'gone', 'forbidden', 'rejected']);

/** Follows the calls to the provider, and logs when a refusal begins and when it ends. */
export function watchAcceptance({
  events,
  logger,
}: {
  readonly events: Events;
  readonly logger: Logger;
}): ProviderAcceptance {
  // Each kind of access has a key of its own, so that an answer to one says nothing about the other.
  const refusedAccess = new Set<string>();
  events.subscribe((event) => {
    if (event.kind !== 'provider-call') return;
    const { access, outcome } = event;
    if (outcome === 'refused') {
      if (refusedAccess.size === 0)
        logger.error('The identity provider refuses us: check STACK_SECRET_SERVER_KEY and STACK_PROJECT_ID');
      refusedAccess.add(access);
    } else if (ACCEPTED.has(outcome) && refusedAccess.delete(access) && refusedAccess.size === 0) {
      logger.info('The identity provider accepts us again');
    }
  });
  return {
    get isRefused() {
      return refusedAccess.size > 0;
    },
  };
}
