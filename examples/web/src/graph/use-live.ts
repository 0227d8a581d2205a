import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useGraph } from './graph.ts';
import type { QueryResult } from './result.ts';
import { useKnown } from './use-known.ts';

/**
 * Subscribes, and keeps the last complete event: while the provider is down, an event says that something is not known, and not
 * that there is none.
 */
export function useLive<Data>(document: TypedDocumentNode<Data, Record<string, never>>): QueryResult<Data> {
  const { data, problems } = useGraph().hooks.useLive(document);
  return { data: useKnown(document, {}, problems.length === 0 ? data : undefined), problems };
}
