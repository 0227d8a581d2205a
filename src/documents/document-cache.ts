// What is known of documents by their text, bounded by what it takes: hostile ones must not fill the memory.
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Bytes, roughly, that the tree of one token takes. */
const BYTES_A_TOKEN = 500;

/** Keeps parsed documents: at most a thousand, and some 20 MB with their trees. */
export function createDocumentCache(): LRUCache<string, DocumentNode> {
  return new LRUCache({
    max: 1_000,
    maxSize: 20_000_000,
    sizeCalculation: ({ tokenCount = 0 }, text) => text.length + 1 + BYTES_A_TOKEN * tokenCount,
  });
}

/** Keeps values whose size is that of their text: at most a thousand, and 4 MB. */
export function createTextCache<Value extends object>(): LRUCache<string, Value> {
  return new LRUCache({ max: 1_000, maxSize: 4_000_000, sizeCalculation: (_value, text) => text.length + 1 });
}
