// Failures of the database: what a client is told, and one line in the log when an outage begins and when it is over.
import { DrizzleQueryError } from 'drizzle-orm';
import { AppError, type SourceDeps } from '#server';

/** Knows whether the database is failing. */
export interface FailureLog {
  /** A query has been answered, or a connection made. */
  worked(): void;
  /** A query, or a connection, has failed for a reason that is not the query's. */
  failed(error: unknown): void;
  /** What to throw for what a query threw. */
  toError(error: unknown): unknown;
}

/** By Postgres' table of SQLSTATE classes: connection, resources, operator intervention, system. */
const UNAVAILABLE = /^(08|53|57|58)...$/;
const SQLSTATE = /^[0-9A-Z]{5}$/;
const STATEMENT_TIMEOUT = '57014';

/** Starts as if the database had answered. */
export function logFailures(logger: SourceDeps['logger']): FailureLog {
  let failing = false;
  const log: FailureLog = {
    worked() {
      if (failing) logger.info('The database answers again');
      failing = false;
    },
    failed(error) {
      if (!failing) logger.error({ err: error }, 'The database does not answer');
      failing = true;
    },
    toError(error) {
      if (!(error instanceof DrizzleQueryError)) return error;
      // Not Drizzle's error: its message has the parameters, which are what users wrote.
      const { cause } = error;
      const code = codeOf(cause);
      if (code === STATEMENT_TIMEOUT)
        return new AppError('The query took too long', { code: 'TIMEOUT', reason: 'DATABASE', cause });
      // A driver's own errors have no SQLSTATE: no connection, or none in time.
      if (SQLSTATE.test(code) && !UNAVAILABLE.test(code)) return cause;
      log.failed(cause);
      return new AppError('Notes cannot be read or written now', {
        code: 'UPSTREAM_UNAVAILABLE',
        reason: 'DATABASE',
        retryAfter: 1,
        cause,
      });
    },
  };
  return log;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
