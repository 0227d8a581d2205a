// Persisted documents are checked as a whole at the start, so that a mistake stops a deployment and not a user's request.
import { GraphQLError, type GraphQLSchema, validate } from 'graphql';
import type { DocumentLimits } from '../core/config/config.ts';
import { AppError } from '../core/errors.ts';
import { createDocumentRules, type DocumentRules } from './document-rules.ts';

/** Documents by their ids, and what they must meet. */
export interface CheckOptions {
  readonly documents: ReadonlyMap<string, string>;
  readonly schema: GraphQLSchema;
  readonly limits: DocumentLimits;
}

/** Of more mistakes only the number is reported: a file that was not generated anew has them all. */
const MAX_REPORTED = 20;

/**
 * Throws `AppError` `INVALID_CONFIGURATION` whose message names every document that does not parse, that does not fit
 * the schema, or that is over a limit.
 */
export function checkPersistedDocuments({ documents, schema, limits }: CheckOptions): void {
  const rules = createDocumentRules({ limits, introspection: true });
  const mistakes = [...documents].flatMap(([id, text]) =>
    problemsOf(text, { schema, rules }).map((problem) => `  - ${id}: ${problem}`),
  );
  if (mistakes.length === 0) return;
  const reported = mistakes.slice(0, MAX_REPORTED);
  if (mistakes.length > MAX_REPORTED) reported.push(`  - and ${mistakes.length - MAX_REPORTED} more`);
  const heading =
    'PERSISTED_DOCUMENTS has documents that cannot be served: generate it anew by codegen, against this schema';
  throw new AppError([heading, ...reported].join('\n'), { code: 'INVALID_CONFIGURATION' });
}

function problemsOf(
  text: string,
  { schema, rules }: { readonly schema: GraphQLSchema; readonly rules: DocumentRules },
): readonly string[] {
  try {
    const document = rules.parse(text);
    const errors = rules.measure(schema, document);
    return (errors.length > 0 ? errors : validate(schema, document)).map(({ message }) => message);
  } catch (error) {
    if (error instanceof GraphQLError || error instanceof AppError) return [error.message];
    throw error;
  }
}
