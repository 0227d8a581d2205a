// Which events are worth a line in the log: changes, not their every consequence.

import type { Emit } from '../core/events.ts';
import type { Logger } from '../core/logger.ts';

/** Outcomes of which each shows that our keys are good, as health.ts has it. */
const ACCEPTED = new Set(['profile', 'gone']);

/** Makes the listener that writes them. What lasts is told once, and once more when it is over. */
export function createEventLog(logger: Logger): Emit {
  let failing = false;
  let refused = false;
  let clockTold = false;
  return (event) => {
    // It opens again after each trial that fails.
    if (event.kind === 'breaker' && event.state === 'open' && !failing) {
      failing = true;
      logger.warn(
        'The identity provider fails or limits us: profiles are served from copies until it is tried again',
      );
    }
    if (event.kind === 'breaker' && event.state === 'closed' && failing) {
      failing = false;
      logger.info('The identity provider answers again');
    }
    if (event.kind === 'profile-call' && event.outcome === 'refused' && !refused) {
      refused = true;
      logger.error('The identity provider refuses us: check STACK_SECRET_SERVER_KEY and STACK_PROJECT_ID');
    }
    if (event.kind === 'profile-call' && ACCEPTED.has(event.outcome) && refused) {
      refused = false;
      logger.info('The identity provider accepts us again');
    }
    if (event.kind === 'clock' && !clockTold) {
      clockTold = true;
      logger.warn(
        { seconds: event.offBy },
        "The identity provider's clock and ours differ: tokens may be refused",
      );
    }
  };
}
