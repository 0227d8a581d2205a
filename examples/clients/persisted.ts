// Persisted documents: the id that codegen writes into a document (`persistedDocuments: true`).
import type { DocumentNode } from 'graphql';

/** The id of a document; empty when codegen wrote none, and then the document itself is sent. */
export function idOf(document: object): string {
  const { __meta__: meta } = document as DocumentNode & { readonly __meta__?: { readonly hash?: string } };
  return meta?.hash ?? '';
}
