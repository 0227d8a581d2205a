// Logs what changes in the process, not every event that follows from it.
import type { Emit } from '../core/events.ts';
import type { Log } from '../core/log.ts';

/** Creates the listener. A state that lasts is logged once when it begins and once when it ends. */
export function createEventLog(logger: Log): Emit {
  let paused = false;
  let clockLogged = false;
  return (event) => {
    // The breaker opens again after each trial that fails.
    if (event.kind === 'breaker' && event.state === 'open' && !paused) {
      paused = true;
      logger.warn(
        {},
        'The identity provider fails or limits us: profiles are served from the cache until it is tried again',
      );
    }
    if (event.kind === 'breaker' && event.state === 'closed' && paused) {
      paused = false;
      logger.info({}, 'The identity provider answers again');
    }
    if (event.kind === 'clock' && !clockLogged) {
      clockLogged = true;
      logger.warn(
        { seconds: event.offBy },
        "The identity provider's clock and ours differ: tokens may be refused",
      );
    }
  };
}
