// No client at all: a `fetch` that sends the token, and a function that asks typed documents with it.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type GraphQLFormattedError, getOperationAST, parse, print } from 'graphql';
import { type ClientOptions, isTokenRefused, type Session, TOKEN_HEADER } from './session.ts';

/** An answer as GraphQL has it: data, errors, or both. */
export interface GraphQLAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

/** Makes a `fetch` for GraphQL requests: for any client that takes one. */
export function createSessionFetch(session: Session): typeof fetch {
  const send = (input: Parameters<typeof fetch>[0], init: RequestInit = {}, token: string | null = null) => {
    const headers = new Headers(init.headers);
    if (token !== null) headers.set(TOKEN_HEADER, token);
    return fetch(input, { ...init, headers });
  };
  return async (input, init) => {
    const token = await session.token();
    const answer = await send(input, init, token);
    if (token === null || !answer.headers.get('content-type')?.includes('json')) return answer;
    const { errors } = (await answer.clone().json()) as GraphQLAnswer<unknown>;
    if (!errors || !isTokenRefused(errors, kindOf(init?.body))) return answer;
    const renewed = await session.renew(token);
    // What was asked as somebody is not asked again as nobody.
    return renewed === null ? answer : send(input, init, renewed);
  };
}

/** Makes a function that asks a typed document. It rejects where no answer of GraphQL comes. */
export function createAsk({ url, session }: ClientOptions) {
  const send = createSessionFetch(session);
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

/** `query`, `mutation`, or nothing where the body does not say so. */
function kindOf(body: unknown): string | undefined {
  const { query, operationName } = JSON.parse(String(body)) as { query?: string; operationName?: string };
  return query && getOperationAST(parse(query), operationName)?.operation;
}
