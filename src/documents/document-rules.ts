// What a document must meet before it is executed: limits on its size first, then validation against the schema.
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoFragmentCyclesRule,
  NoSchemaIntrospectionCustomRule,
  type ParseOptions,
  parse,
  type Source,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import type { DocumentLimits } from '../core/config/config.ts';
import type { AppError } from '../core/errors.ts';
import { countRepeats } from './count-repeats.ts';
import { exceeded, over } from './limit-exceeded.ts';
import { measureDocument } from './measure-document.ts';

/** The rules of one server. */
export interface DocumentRules {
  /** As graphql-js' `parse`. Throws `AppError` `LIMIT_EXCEEDED` / `MAX_TOKENS`. */
  parse(source: string | Source, options?: ParseOptions): DocumentNode;
  /** Why a document is refused before it is validated: it is over a limit, or its fragments spread in cycles. */
  measure(schema: GraphQLSchema, document: DocumentNode): readonly (AppError | GraphQLError)[];
  /** As graphql-js' `validate`. Where the schema is hidden, without introspection and without suggestions. */
  validate(
    schema: GraphQLSchema,
    document: DocumentNode,
    rules?: readonly ValidationRule[],
  ): readonly GraphQLError[];
}

/** `introspection: false` hides the schema. */
export interface DocumentRulesOptions {
  readonly limits: DocumentLimits;
  readonly introspection: boolean;
}

/** Creates the rules. */
export function createDocumentRules({ limits, introspection }: DocumentRulesOptions): DocumentRules {
  return {
    parse(source, options) {
      try {
        return parse(source, { ...options, maxTokens: limits.maxTokens });
      } catch (error) {
        if (error instanceof GraphQLError && error.message.includes('Parsing aborted')) {
          throw exceeded('MAX_TOKENS', `has more than ${limits.maxTokens} tokens`);
        }
        throw error;
      }
    },
    measure(schema, document) {
      const { cyclic, ...size } = measureDocument(document);
      const refused =
        over(size.depth, limits.maxDepth, 'MAX_DEPTH', 'levels of fields') ??
        over(size.aliases, limits.maxAliases, 'MAX_ALIASES', 'aliases') ??
        over(size.rootFields, limits.maxRootFields, 'MAX_ROOT_FIELDS', 'root fields') ??
        over(size.directives, limits.maxDirectives, 'MAX_DIRECTIVES', 'directives') ??
        over(countRepeats(document), limits.maxRepeats, 'MAX_REPEATS', 'fields of one name');
      if (refused) return [refused];
      // The other rules of graphql-js overflow the stack where many fragments spread each other in a cycle.
      return cyclic ? validate(schema, document, [NoFragmentCyclesRule]) : [];
    },
    validate(schema, document, rules) {
      if (introspection) return validate(schema, document, rules);
      const all = [...(rules ?? specifiedRules), NoSchemaIntrospectionCustomRule];
      return validate(schema, document, all, { hideSuggestions: true }).map(withoutSuggestion);
    },
  };
}

/** One rule of graphql-js suggests names regardless of the option. */
function withoutSuggestion(error: GraphQLError): GraphQLError {
  error.message = error.message.replace(/ Did you mean .+$/s, '');
  return error;
}
