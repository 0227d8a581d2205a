// What a request may ask for.
import { manifest } from '../persisted-documents-file.ts';
import { count, flag, seconds } from '../variable-types.ts';
import type { Variable } from './variable.ts';

/** The rows of this section. */
export const LIMITS = [
  {
    name: 'BODY_LIMIT',
    key: 'bodyLimit',
    parser: count(100_000, { min: 1000 }),
    meaning: 'The maximum size of a request body in bytes',
  },
  {
    name: 'RESPONSE_LIMIT',
    key: 'responseLimit',
    parser: count(1_048_576, { min: 10_000 }),
    meaning:
      'The maximum size of an answer, or of one event of a subscription, in bytes; a larger one is replaced by `LIMIT_EXCEEDED`',
  },
  {
    name: 'MAX_TOKENS',
    key: 'documentLimits.maxTokens',
    parser: count(2_000),
    meaning: 'Lexical tokens in a document, counted before it is parsed',
  },
  {
    name: 'MAX_DEPTH',
    key: 'documentLimits.maxDepth',
    parser: count(12),
    meaning: 'Levels of nested fields; introspection has a limit of its own, so that GraphiQL works',
  },
  {
    name: 'MAX_ALIASES',
    key: 'documentLimits.maxAliases',
    parser: count(30),
    meaning: 'Aliases, counted after fragments are expanded',
  },
  {
    name: 'MAX_ROOT_FIELDS',
    key: 'documentLimits.maxRootFields',
    parser: count(20),
    meaning: 'Root fields, counted after fragments are expanded',
  },
  {
    name: 'MAX_DIRECTIVES',
    key: 'documentLimits.maxDirectives',
    parser: count(50),
    meaning: 'Directives, counted after fragments are expanded',
  },
  {
    name: 'MAX_REPEATS',
    key: 'documentLimits.maxRepeats',
    parser: count(100),
    meaning:
      'Fields of the same name that have a selection set or arguments, which validation compares pair by pair',
  },
  {
    name: 'MAX_COMPLEXITY',
    key: 'documentLimits.maxComplexity',
    parser: count(1_000),
    meaning:
      'The complexity: each field counts 1, or what its `complexity` extension computes from the variables',
  },
  {
    name: 'MAX_REPRESENTATIONS',
    key: 'federation.maxRepresentations',
    parser: count(100),
    meaning:
      'Representations of entities in one `_entities` field, with `FEDERATION`; each counts as many times as fields are selected of it',
  },
  {
    name: 'PREPARED_OPERATIONS',
    key: 'preparedOperations',
    parser: flag(true),
    meaning: 'Execute operations that were validated before on the fast path',
  },
  {
    name: 'PERSISTED_DOCUMENTS',
    key: 'persistedDocuments',
    parser: manifest.optional(),
    meaning: 'The manifest of documents that clients may name by id',
  },
  {
    name: 'PERSISTED_ONLY',
    key: 'persistedOnly',
    parser: flag(false),
    meaning: 'Refuse every other document; requires `PERSISTED_DOCUMENTS`, and excludes `GRAPHIQL`',
  },
  {
    name: 'EXECUTION_TIMEOUT',
    key: 'executionTimeout',
    parser: seconds(15, { min: 0.1, max: 3600 }),
    meaning: 'The time limit for one request; fields that are not resolved by then are null with `TIMEOUT`',
  },
] as const satisfies readonly Variable[];
