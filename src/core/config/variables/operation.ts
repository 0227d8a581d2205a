// Log, metrics and shutdown.
import { z } from 'zod';
import { LOG_LEVELS } from '../../log.ts';
import { PORTS, seconds, wholeNumber } from '../variable-types.ts';
import type { Variable } from './variable.ts';

/** The rows of this section. */
export const OPERATION = [
  {
    name: 'LOG_LEVEL',
    key: 'logLevel',
    parser: z
      .enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` })
      .describe(LOG_LEVELS.join(', '))
      .prefault('info'),
    meaning: 'The least severe level that is logged; `info` includes one line per request',
  },
  {
    name: 'METRICS_PORT',
    key: 'metricsPort',
    parser: wholeNumber(PORTS).optional(),
    meaning: 'Serve Prometheus metrics at `/metrics` on this port, without authentication',
  },
  {
    name: 'SHUTDOWN_DELAY',
    key: 'shutdownDelay',
    parser: seconds(5, { max: 3600 }),
    meaning: 'How long connections are still accepted after SIGTERM, while `/ready` answers 503',
  },
  {
    name: 'SHUTDOWN_GRACE',
    key: 'shutdownGrace',
    parser: seconds(10, { max: 3600 }),
    meaning: 'How long the remaining requests may take after `SHUTDOWN_DELAY`',
  },
] as const satisfies readonly Variable[];
