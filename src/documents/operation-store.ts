// What Yoga has found good is kept by its text: parsed, validated under all rules, within all limits.
import { type DocumentNode, getOperationAST, OperationTypeNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { RequestState } from '../pipeline/exchange.ts';
import { createDocumentCache } from './document-cache.ts';

/** Media types in which the prepared way answers. */
export type JsonMediaType = 'application/json' | 'application/graphql-response+json';

/** Documents by their text, and the media type that Yoga answers an `Accept` with. Both are learned from Yoga alone. */
export interface OperationStore {
  readonly documents: Pick<LRUCache<string, DocumentNode>, 'get' | 'set'>;
  readonly mediaTypes: Pick<LRUCache<string, JsonMediaType>, 'get' | 'set'>;
}

/** Makes an empty store, bounded in number and in length of the texts, least recently used first out. */
export function createOperationStore(): OperationStore {
  return {
    documents: createDocumentCache(),
    mediaTypes: new LRUCache({ max: 100 }),
  };
}

/** A longer `Accept` is not worth to be kept. */
const MAX_ACCEPT = 300;

/** Fills the store with the queries and mutations that Yoga executes, and with how it answers. */
export function useOperationStore({ documents, mediaTypes }: OperationStore): Plugin<object, RequestState> {
  const executed = new WeakSet<Request>();
  return {
    onExecute({ args: { document, operationName, contextValue } }) {
      const { request, params } = contextValue;
      const kind = getOperationAST(document, operationName)?.operation;
      if (params.query === undefined || kind === undefined || kind === OperationTypeNode.SUBSCRIPTION) return;
      documents.set(params.query, document);
      executed.add(request);
    },
    onResponse({ request, response }) {
      if (!executed.has(request)) return;
      const accept = request.headers.get('accept') ?? '';
      const type = jsonMediaType(response.headers.get('content-type'));
      if (type !== undefined && accept.length <= MAX_ACCEPT) mediaTypes.set(accept, type);
    },
  };
}

function jsonMediaType(contentType: string | null): JsonMediaType | undefined {
  const type = contentType?.split(';')[0];
  return type === 'application/json' || type === 'application/graphql-response+json' ? type : undefined;
}
