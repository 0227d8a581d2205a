// A manifest is checked as a whole at the start: whoever deploys hears of a mistake, and not a user of that document.
import { GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import type { DocumentLimits } from '../core/config/config.ts';
import type { Manifest } from '../core/config/persisted-documents-file.ts';
import { AppError } from '../core/errors.ts';
import { measureErrors } from './document-limits.ts';

/** What documents must meet. */
interface Demands {
  readonly schema: GraphQLSchema;
  readonly limits: DocumentLimits;
}

/** So many are told; whoever forgot to generate anew has them all. */
const MAX_TOLD = 20;

/**
 * Throws `AppError` `INVALID_CONFIGURATION` whose message names every document that does not parse, that does not fit
 * the schema, or that is over a limit.
 */
export function checkManifest(documents: Manifest, { schema, limits }: Demands): void {
  const mistakes = [...documents].flatMap(([id, text]) =>
    problemsOf(text, { schema, limits }).map((problem) => `  - ${id}: ${problem}`),
  );
  if (mistakes.length === 0) return;
  const told = mistakes.slice(0, MAX_TOLD);
  if (mistakes.length > MAX_TOLD) told.push(`  - and ${mistakes.length - MAX_TOLD} more`);
  const heading =
    'PERSISTED_DOCUMENTS holds what cannot be served: let codegen write it anew, against this schema';
  throw new AppError([heading, ...told].join('\n'), { code: 'INVALID_CONFIGURATION' });
}

function problemsOf(text: string, { schema, limits }: Demands): readonly string[] {
  try {
    const document = parse(text, { maxTokens: limits.maxTokens });
    const errors = measureErrors({ schema, document, limits });
    return (errors.length > 0 ? errors : validate(schema, document)).map(({ message }) => message);
  } catch (error) {
    if (error instanceof GraphQLError) return [error.message];
    throw error;
  }
}
