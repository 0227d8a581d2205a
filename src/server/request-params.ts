// The parameters of a GraphQL request, in a body or a URL. Yoga's parsers would compare media types byte for byte, know no ids
// of documents in URLs, and fail with an internal error for variables that are not JSON.
import { GraphQLError } from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';
import { AppError } from '../core/errors.ts';
import { type DocumentParams, ID_PARAMS } from '../documents/persisted-documents.ts';
import { textOfBody } from './bodies/body-text.ts';

/** What may be in a body or a URL; Yoga checks the types. */
type RequestParams = GraphQLParams & DocumentParams;

/** Parses the body of a POST, whose media type has been checked. Rejects with `AppError` `BAD_REQUEST`. */
export async function readBodyParams(request: Request): Promise<RequestParams> {
  const params = parseJson(textOfBody(await readBytes(request)), 'The body');
  if (typeof params !== 'object' || params === null) {
    throw new AppError('The body must be a JSON object', { code: 'BAD_REQUEST' });
  }
  return params;
}

/** Parses the query string of a GET. Throws `AppError` `BAD_REQUEST`. */
export function readUrlParams({ url }: Pick<Request, 'url'>): RequestParams {
  const start = url.indexOf('?');
  const search = new URLSearchParams(start === -1 ? '' : url.slice(start));
  const given = (name: string) => search.get(name) || undefined;
  const json = (name: string) => {
    const text = given(name);
    return text === undefined ? {} : { [name]: parseJson(text, `\`${name}\``) };
  };
  const texts = ['query', 'operationName', ...ID_PARAMS].map((name) => [name, given(name)]);
  return { ...Object.fromEntries(texts), ...json('variables'), ...json('extensions') };
}

/** Within the limit, beyond which Yoga refuses. The body of a request by `fetch` fails where its client disconnects. */
async function readBytes(request: Request): Promise<Buffer> {
  try {
    return Buffer.from(await request.arrayBuffer());
  } catch (error) {
    if (error instanceof GraphQLError) throw error;
    throw new AppError('The body ended before it was complete', { code: 'BAD_REQUEST', cause: error });
  }
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError(`${what} is not valid JSON`, { code: 'BAD_REQUEST' });
  }
}
