// The answer to a request that is refused as a whole: before GraphQL sees it, by the REST API, or as a webhook.
import { AppError, isInternal } from '../core/errors.ts';
import { MASKED, restAnswerOf } from '../core/rest-answer.ts';
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

/** Where errors are counted and logged, and the request that they refuse. */
interface Refused {
  readonly exchange: Exchange;
  readonly reportErrors: ReportErrors;
}

/**
 * The answer of errors only, with the error's status and headers: in the media type that the client prefers, or in the form of
 * the REST API, for webhooks too. Notes its code. What was not thrown on purpose is a bug: it is masked and logged.
 */
export function refusal(error: unknown, refused: Refused): Answer {
  const { route } = refused.exchange;
  return route === 'rest' || route === 'webhook' ? refuseRest(error, refused) : refuseGraphQL(error, refused);
}

function refuseGraphQL(error: unknown, { exchange, reportErrors }: Refused): Answer {
  const type = exchange.header('accept')?.includes(GRAPHQL_RESPONSE) ? GRAPHQL_RESPONSE : 'application/json';
  if (isExpected(error)) {
    noteCode(exchange, error.code);
    const errors = [{ message: error.message, extensions: extensionsOf(error) }];
    return answer(httpAnswerOf(error), type, { errors });
  }
  const errors = reportErrors([error], exchange).map(({ message, extensions: { http, ...extensions } }) => ({
    message,
    extensions,
  }));
  return answer({ status: 500, headers: {} }, type, { errors });
}

function refuseRest(error: unknown, { exchange, reportErrors }: Refused): Answer {
  if (isExpected(error)) noteCode(exchange, error.code);
  else reportErrors([error], exchange);
  const shown = isExpected(error) ? error : new AppError(MASKED, { code: 'INTERNAL_SERVER_ERROR' });
  const { status, body } = restAnswerOf(shown);
  return answer({ status, headers: shown.headers }, 'application/json', body);
}

function isExpected(error: unknown): error is AppError {
  return error instanceof AppError && !isInternal(error);
}

function answer({ status, headers }: Pick<Answer, 'status' | 'headers'>, type: string, body: object): Answer {
  return {
    status,
    headers: { ...headers, 'content-type': `${type}; charset=utf-8` },
    body: JSON.stringify(body),
  };
}
