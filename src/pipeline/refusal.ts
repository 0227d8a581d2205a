// The answer to a request that is refused as a whole, before GraphQL sees it.
import { AppError, isInternal } from '../core/errors.ts';
import type { ReportErrors } from './error-report.ts';
import { type Exchange, noteCode } from './exchange.ts';
import { extensionsOf, httpAnswerOf } from './mask-error.ts';

const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** A whole answer, but for the headers that every answer has. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The answer of errors only, in the media type that the client prefers, with the error's status and headers. Notes its
 * code. What was not thrown on purpose is a bug: it is masked and logged.
 */
export function refusal(
  error: unknown,
  { exchange, reportErrors }: { readonly exchange: Exchange; readonly reportErrors: ReportErrors },
): Answer {
  if (!(error instanceof AppError) || isInternal(error)) {
    const errors = reportErrors([error], exchange).map(
      ({ message, extensions: { http, ...extensions } }) => ({
        message,
        extensions,
      }),
    );
    return answer(exchange, { status: 500, headers: {}, errors });
  }
  noteCode(exchange, error.code);
  const errors = [{ message: error.message, extensions: extensionsOf(error) }];
  return answer(exchange, { ...httpAnswerOf(error), errors });
}

function answer(
  exchange: Exchange,
  { status, headers, errors }: Pick<Answer, 'status' | 'headers'> & { readonly errors: readonly object[] },
): Answer {
  const type = exchange.header('accept')?.includes(GRAPHQL_RESPONSE) ? GRAPHQL_RESPONSE : 'application/json';
  return {
    status,
    headers: { ...headers, 'content-type': `${type}; charset=utf-8` },
    body: JSON.stringify({ errors }),
  };
}
