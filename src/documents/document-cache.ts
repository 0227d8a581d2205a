// Caches by the text of a document, bounded by their estimated size, so that hostile documents cannot fill the memory.
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Estimated bytes of the syntax tree for one token. */
const BYTES_PER_TOKEN = 500;

/** Caches parsed documents: at most 1,000, and about 20 MB with their syntax trees. */
export function createDocumentCache(): LRUCache<string, DocumentNode> {
  return new LRUCache({
    max: 1_000,
    maxSize: 20_000_000,
    sizeCalculation: ({ tokenCount = 0 }, text) => text.length + 1 + BYTES_PER_TOKEN * tokenCount,
  });
}

/** Caches values whose size is about that of their text: at most 1,000, and 4 MB. */
export function createTextCache<Value extends object>(): LRUCache<string, Value> {
  return new LRUCache({ max: 1_000, maxSize: 4_000_000, sizeCalculation: (_value, text) => text.length + 1 });
}
