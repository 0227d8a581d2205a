// Persisted documents: the id that codegen has written into a document (`persistedDocuments: true`).
import type { DocumentNode } from 'graphql';

/** Empty where codegen has written none: then the document is sent as it is. */
export function idOf(document: object): string {
  const { __meta__: meta } = document as DocumentNode & { readonly __meta__?: { readonly hash?: string } };
  return meta?.hash ?? '';
}
