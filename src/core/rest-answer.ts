// The answer to an error outside of GraphQL: what REST and the adapters of the library send.
import { type AppError, isInternal } from './errors.ts';

/** What clients are told of errors that are masked. */
export const MASKED = 'Unexpected error';

/** The body of such an answer. */
export interface RestErrorBody {
  readonly error: string;
  readonly code: string;
  readonly reason?: string;
}

/** A whole answer. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RestErrorBody;
}

/** The answer to an error. Bugs and mistakes in the configuration are masked. */
export function restAnswerOf(error: AppError): RestAnswer {
  if (isInternal(error))
    return { status: 500, headers: COMMON, body: { error: MASKED, code: 'INTERNAL_SERVER_ERROR' } };
  const { message, code, reason, status, headers } = error;
  return {
    status,
    headers: { ...headers, ...COMMON },
    body: { error: message, code, ...(reason && { reason }) },
  };
}

const COMMON = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' } as const;
