// The answer to a request that is refused as a whole: before GraphQL sees it, or by the REST API.
import { AppError } from '../core/errors.ts';
import type { ReportErrors } from './error-report.ts';
import { type Exchange, noteCode } from './exchange.ts';
import { extensionsOf, type HttpAnswer, httpAnswerOf, isInternal, restAnswerOf } from './mask-error.ts';

const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** A whole answer, but for the headers that every answer has. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where errors are counted and logged, and the request that they refuse. */
interface Refused {
  readonly exchange: Exchange;
  readonly reportErrors: ReportErrors;
}

/**
 * The answer of errors only, with the error's status and headers: in the media type that the client prefers, or in the form of
 * the REST API. Notes its code. What was not thrown on purpose is a bug: it is masked and logged.
 */
export function refusal(error: unknown, refused: Refused): Answer {
  const { exchange } = refused;
  const { message, extensions, http } = describe(error, refused);
  const { code, reason } = extensions;
  const isRest = exchange.route === 'rest';
  const body = isRest ? { error: message, code, reason } : { errors: [{ message, extensions }] };
  const accepted = !isRest && exchange.header('accept')?.includes(GRAPHQL_RESPONSE);
  const type = accepted ? GRAPHQL_RESPONSE : 'application/json';
  return {
    status: http.status,
    headers: { ...http.headers, 'content-type': `${type}; charset=utf-8` },
    body: JSON.stringify(body),
  };
}

interface Described {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly http: HttpAnswer;
}

function describe(error: unknown, { exchange, reportErrors }: Refused): Described {
  if (error instanceof AppError && !isInternal(error)) {
    noteCode(exchange, error.code);
    const http = exchange.route === 'rest' ? restAnswerOf(error) : httpAnswerOf(error);
    return { message: error.message, extensions: extensionsOf(error), http };
  }
  const [shown] = reportErrors([error], exchange);
  const { http: _status, ...extensions } = shown?.extensions ?? {};
  return { message: shown?.message ?? '', extensions, http: { status: 500, headers: {} } };
}
