// Errors on their way to the client: masked, counted by code, and logged where they are bugs.
import type { GraphQLError } from 'graphql';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { type Exchange, noteCode } from './exchange.ts';
import { type ClientError, type MaskError, withRequestId } from './mask-error.ts';

/**
 * Turns errors into what the client may see. Notes the code of each on the exchange, and logs the origin of those that are
 * masked, under the request id that the client gets. An error that was reported before is left as it is.
 */
export type ReportErrors = (errors: readonly unknown[], exchange: Exchange) => readonly GraphQLError[];

/** Creates the one function through which errors leave the server. Both adapters call it where they write an answer. */
export function createReportErrors({
  logger,
  mask,
}: {
  readonly logger: Logger;
  readonly mask: MaskError;
}): ReportErrors {
  function report(error: unknown, exchange: Exchange): ClientError {
    const shown = mask(error);
    if (shown.reported) return shown;
    shown.reported = true;
    const { requestId } = exchange;
    const { code } = shown.extensions;
    noteCode(exchange, String(code));
    if (code !== 'INTERNAL_SERVER_ERROR') return shown;
    // Work that was cancelled because its client disconnected may fail in any way.
    const { originalError: origin } = shown;
    if (!exchange.disconnected && !(origin instanceof AppError && origin.isLogged)) {
      logger.error({ err: origin, requestId, path: shown.path }, 'Unexpected error');
    }
    return withRequestId(shown, requestId);
  }
  return (errors, exchange) => errors.map((error) => report(error, exchange));
}
