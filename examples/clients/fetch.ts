// Without a client library: a `fetch` that sends the token, and a function that sends typed documents with it.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type GraphQLFormattedError, getOperationAST, parse, print } from 'graphql';
import { type ClientOptions, isTokenRefused, type Session, TOKEN_HEADER } from './session.ts';

/** A GraphQL response: data, errors, or both. */
export interface GraphQLAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

/** Creates a `fetch` for GraphQL requests, for any client that accepts one. `fetcher` sends them. */
export function createSessionFetch(session: Session, fetcher: typeof fetch = fetch): typeof fetch {
  const send = (input: Parameters<typeof fetch>[0], init: RequestInit = {}, token: string | null = null) => {
    const headers = new Headers(init.headers);
    if (token !== null) headers.set(TOKEN_HEADER, token);
    return fetcher(input, { ...init, headers });
  };
  return async (input, init) => {
    const token = await session.token();
    const answer = await send(input, init, token);
    if (token === null || !answer.headers.get('content-type')?.includes('json')) return answer;
    const { errors } = (await answer.clone().json()) as GraphQLAnswer<unknown>;
    if (!errors || !isTokenRefused(errors, kindOf(init?.body))) return answer;
    const renewed = await session.renew(token);
    // A request that was sent with a token is not repeated without one.
    return renewed === null ? answer : send(input, init, renewed);
  };
}

/** Creates a function that sends a typed document. It rejects when the response is not a GraphQL response. */
export function createAsk({ url, session, fetch: fetcher }: ClientOptions) {
  const send = createSessionFetch(session, fetcher);
  return async <Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables?: Variables,
  ): Promise<GraphQLAnswer<Data>> => {
    const answer = await send(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query: print(document), variables }),
    });
    return (await answer.json()) as GraphQLAnswer<Data>;
  };
}

/** `query` or `mutation`; undefined when the body contains no document. */
function kindOf(body: unknown): string | undefined {
  const { query, operationName } = JSON.parse(String(body)) as { query?: string; operationName?: string };
  return query && getOperationAST(parse(query), operationName)?.operation;
}
