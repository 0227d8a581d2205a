// A result as Yoga would answer it: status, headers and body.
import { GraphQLError } from 'graphql';
import { locationsOf } from '../documents/locations.ts';
import type { JsonMediaType } from '../documents/operation-store.ts';
import type { Answer } from '../pipeline/refusal.ts';
import type { Result } from '../pipeline/step.ts';

/** A result whose errors have been masked and reported. */
export interface ReportedResult extends Result {
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** The answer of a result whose JSON is `body`, in the media type that Yoga has chosen for this `Accept`. */
export function answerOf(result: ReportedResult, body: string, mediaType: JsonMediaType): Answer {
  const contentType = `${mediaType}; charset=utf-8`;
  if (!result.errors) return { status: 200, headers: { 'content-type': contentType }, body };
  const { status, headers } = httpOf(result, mediaType);
  return { status, headers: { ...headers, 'content-type': contentType }, body };
}

/** The JSON of a result as clients see it. */
export function bodyOf(result: ReportedResult): string {
  return JSON.stringify(shownOf(result));
}

/** A result as clients see it, of plain objects. */
export function shownOf(result: ReportedResult): object {
  return result.errors ? { ...result, errors: result.errors.map(visible) } : result;
}

/** The highest status that an error asks for; those marked `spec` ask for none under application/json. */
function httpOf({ errors = [], ...rest }: ReportedResult, mediaType: JsonMediaType) {
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

function visible(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  const { message, path, extensions } = error;
  const locations = locationsOf(error);
  const { http: _http, unexpected: _unexpected, ...shown } = extensions;
  return {
    message,
    ...(locations && { locations }),
    ...(path && { path }),
    ...(Object.keys(shown).length > 0 && { extensions: shown }),
  };
}
