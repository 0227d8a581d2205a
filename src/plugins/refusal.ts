// The answer to a request that is refused before GraphQL sees it.
import type { AppError } from '../errors.ts';
import { extensionsOf, httpAnswerOf } from './mask-error.ts';
import { noteCode, type RequestState } from './request-state.ts';

/** What Yoga's hooks are given: the request, its state, and what to make an answer with. */
interface Refused {
  readonly request: Request;
  readonly serverContext: RequestState;
  readonly fetchAPI: { readonly Response: typeof Response };
}

const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** Makes an answer of errors only, in the media type that the request prefers, with the error's status and headers. */
export function refusal(error: AppError, { request, serverContext, fetchAPI }: Refused): Response {
  noteCode(serverContext, error.code);
  const { status, headers } = httpAnswerOf(error);
  const accepted = request.headers.get('accept') ?? '';
  const type = accepted.includes(GRAPHQL_RESPONSE) ? GRAPHQL_RESPONSE : 'application/json';
  const body = JSON.stringify({ errors: [{ message: error.message, extensions: extensionsOf(error) }] });
  return new fetchAPI.Response(body, {
    status,
    headers: { ...headers, 'content-type': `${type}; charset=utf-8` },
  });
}
