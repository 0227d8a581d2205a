// The cache of parsed documents by their text, bounded in bytes, so that hostile documents cannot fill the memory.
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** The memory of all cached documents together. */
const MAX_BYTES = 20_000_000;

/** Of one token in the syntax tree, at most: a short name that is a field needs the most. */
const BYTES_PER_TOKEN = 500;

/** Of what every entry needs besides. */
const BYTES_PER_DOCUMENT = 1_000;

/** A text with one character beyond Latin-1 takes two bytes for each. */
const BYTES_PER_CHARACTER = 2;

/** The memory that a cached document takes, estimated: no less than it does. */
export function estimateSize({ tokenCount = 0 }: DocumentNode, text: string): number {
  return BYTES_PER_DOCUMENT + BYTES_PER_TOKEN * tokenCount + BYTES_PER_CHARACTER * text.length;
}

/** Caches documents whose locations were detached. The least recently used leave first. */
export function createDocumentCache(): LRUCache<string, DocumentNode> {
  return new LRUCache({ maxSize: MAX_BYTES, sizeCalculation: estimateSize });
}
