// Logs what changes in the process, not every event that follows from it.
import type { Emit } from '../core/events.ts';
import type { Log } from '../core/log.ts';

const REDIS_DOWN = {
  down: 'Redis cannot be reached: this process caches and counts alone until it is back',
  slow: 'Redis does not answer in time: this process caches and counts alone until it does',
};

/** Creates the listener. A state that lasts is logged once when it begins and once when it ends. */
export function createEventLog(logger: Log): Emit {
  let paused = false;
  let clockLogged = false;
  let redisDown = false;
  return (event) => {
    if (event.kind === 'redis' && event.state !== 'up' && !redisDown) {
      redisDown = true;
      logger.warn({ because: event.because ?? 'TIMEOUT' }, REDIS_DOWN[event.state]);
    }
    if (event.kind === 'redis' && event.state === 'up') {
      logger.info({}, redisDown ? 'Redis answers again' : 'Redis is connected');
      redisDown = false;
    }
    // The breaker opens again after each trial that fails.
    if (event.kind === 'breaker' && event.state === 'open' && !paused) {
      paused = true;
      logger.warn(
        { because: event.because },
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
