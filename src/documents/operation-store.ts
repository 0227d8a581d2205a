// Operations that Yoga has parsed and validated, by their text, and the media types it answers with: what the fast path needs.
import { type DocumentNode, getOperationAST, OperationTypeNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { createDocumentCache } from './document-cache.ts';

/** Media types in which the fast path answers. */
export type JsonMediaType = 'application/json' | 'application/graphql-response+json';

/** Both are learned from Yoga alone, so that the fast path never decides what Yoga has not decided before. */
export interface OperationStore {
  readonly documents: Pick<LRUCache<string, DocumentNode>, 'get' | 'set'>;
  /** By the text of `Accept`. */
  readonly mediaTypes: Pick<LRUCache<string, JsonMediaType>, 'get' | 'set'>;
}

/** Creates an empty store. Both are bounded in bytes (media types: 100 of 300 characters); the least recently used leave first. */
export function createOperationStore(): OperationStore {
  return {
    documents: createDocumentCache(),
    mediaTypes: new LRUCache({ max: 100 }),
  };
}

/** Whether the fast path may execute this operation: queries and mutations, not subscriptions. */
export function isStorable(document: DocumentNode, operationName: string | null | undefined): boolean {
  const kind = getOperationAST(document, operationName)?.operation;
  return kind !== undefined && kind !== OperationTypeNode.SUBSCRIPTION;
}

/** A longer `Accept` is not worth remembering. */
const MAX_ACCEPT_LENGTH = 300;

/** Remembers which media type Yoga answered an `Accept` with. */
export function rememberMediaType(
  { mediaTypes }: OperationStore,
  { accept, contentType }: { readonly accept: string; readonly contentType: string | null },
): void {
  const type = jsonMediaType(contentType);
  if (type !== undefined && accept.length <= MAX_ACCEPT_LENGTH) mediaTypes.set(accept, type);
}

function jsonMediaType(contentType: string | null): JsonMediaType | undefined {
  const type = contentType?.split(';')[0];
  return type === 'application/json' || type === 'application/graphql-response+json' ? type : undefined;
}
