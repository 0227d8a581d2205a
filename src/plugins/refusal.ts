// The answer to a request that is refused before GraphQL sees it.
import type { AppError } from '../errors.ts';
import { extensionsOf, httpAnswerOf } from './mask-error.ts';

/** What is needed to make a response. Yoga's plugins are given it. */
interface FetchApi {
  readonly Response: typeof Response;
}

const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** Makes an answer of errors only, in the media type that the request prefers, with the error's status and headers. */
export function refusal(error: AppError, request: Request, { Response }: FetchApi): Response {
  const { status, headers } = httpAnswerOf(error);
  const accepted = request.headers.get('accept') ?? '';
  const type = accepted.includes(GRAPHQL_RESPONSE) ? GRAPHQL_RESPONSE : 'application/json';
  const body = JSON.stringify({ errors: [{ message: error.message, extensions: extensionsOf(error) }] });
  return new Response(body, { status, headers: { ...headers, 'content-type': `${type}; charset=utf-8` } });
}
