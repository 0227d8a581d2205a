// Which events are worth a line in the log: changes, not their every consequence.
import type { Logger } from './logger.ts';
import type { Observe } from './telemetry.ts';

/** Makes the listener that writes them. What lasts is told once, and once more when it is over. */
export function createReporter(logger: Logger): Observe {
  let refused = false;
  let clockTold = false;
  return (event) => {
    if (event.kind === 'breaker' && event.state === 'open') {
      logger.warn(
        'The identity provider fails or limits us: profiles are served from copies until it is tried again',
      );
    }
    if (event.kind === 'breaker' && event.state === 'closed')
      logger.info('The identity provider answers again');
    if (event.kind === 'profile-call' && event.outcome === 'refused' && !refused) {
      refused = true;
      logger.error('The identity provider refuses us: check STACK_SECRET_SERVER_KEY and STACK_PROJECT_ID');
    }
    if (event.kind === 'profile-call' && event.outcome === 'profile') refused = false;
    if (event.kind === 'clock' && !clockTold) {
      clockTold = true;
      logger.warn(
        { seconds: event.offBy },
        "The identity provider's clock and ours differ: tokens may be refused",
      );
    }
  };
}
