// The answer to a request that is refused before GraphQL sees it.
import type { AppError } from '../core/errors.ts';
import { noteCode, type RequestState } from './exchange.ts';
import { extensionsOf, httpAnswerOf } from './mask-error.ts';

/** What Yoga's hooks are given: the request, its state, and what to make an answer with. */
interface Refused {
  readonly request: Request;
  readonly serverContext: RequestState;
  readonly fetchAPI: { readonly Response: typeof Response };
}

const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** What a refusal consists of, whichever way it is sent. */
export interface RefusalParts {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer of errors only, in the media type that `accept` prefers, with the error's status and headers. */
export function refusalParts(error: AppError, accept: string | null | undefined): RefusalParts {
  const { status, headers } = httpAnswerOf(error);
  const type = accept?.includes(GRAPHQL_RESPONSE) ? GRAPHQL_RESPONSE : 'application/json';
  return {
    status,
    headers: { ...headers, 'content-type': `${type}; charset=utf-8` },
    body: JSON.stringify({ errors: [{ message: error.message, extensions: extensionsOf(error) }] }),
  };
}

/** The same as a response, noted on the request's state. */
export function refusal(error: AppError, { request, serverContext, fetchAPI }: Refused): Response {
  noteCode(serverContext, error.code);
  const { status, headers, body } = refusalParts(error, request.headers.get('accept'));
  return new fetchAPI.Response(body, { status, headers });
}
