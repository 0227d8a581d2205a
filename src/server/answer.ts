// A result as Yoga would answer it: status, headers and body.
import type { ExecutionResult, GraphQLError } from 'graphql';
import type { JsonMediaType } from '../documents/operation-store.ts';

/** What goes over the wire, but for the headers that every answer has. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Makes the answer of a result whose errors have been masked and reported. */
export function answerOf(result: ExecutionResult, mediaType: JsonMediaType): Answer {
  const contentType = `${mediaType}; charset=utf-8`;
  if (!result.errors)
    return { status: 200, headers: { 'content-type': contentType }, body: JSON.stringify(result) };
  const { status, headers } = httpOf(result, mediaType);
  return {
    status,
    headers: { ...headers, 'content-type': contentType },
    body: JSON.stringify({ ...result, errors: result.errors.map(withoutHttp) }),
  };
}

/** The highest status that an error asks for; `spec` ones ask for none under application/json. */
function httpOf({ errors = [], ...rest }: ExecutionResult, mediaType: JsonMediaType) {
  const headers: Record<string, string> = {};
  let status = 0;
  for (const { extensions } of errors) {
    const { http } = extensions;
    Object.assign(headers, http?.headers);
    if (http?.spec && mediaType === 'application/json') continue;
    status = Math.max(status, http?.status ?? 0);
  }
  const isBug = errors.some(({ extensions }) => extensions['code'] === 'INTERNAL_SERVER_ERROR');
  return { status: status || (isBug && !('data' in rest) ? 500 : 200), headers };
}

function withoutHttp(error: GraphQLError) {
  const { extensions, ...shown } = error.toJSON();
  const { http: _private, ...visible } = extensions ?? {};
  return Object.keys(visible).length > 0 ? { ...shown, extensions: visible } : shown;
}
