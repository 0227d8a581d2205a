// What a document must meet before it is executed: limits on its size first, then validation against the schema.
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  KnownFragmentNamesRule,
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
import { detachLocations } from './locations.ts';
import { measureDocument } from './measure-document.ts';
import { NoServiceRule } from './no-service-rule.ts';

/** The rules of one server. */
export interface DocumentRules {
  /** As graphql-js' `parse`, with detached locations. Throws `AppError` `LIMIT_EXCEEDED` / `MAX_TOKENS`. */
  parse(source: string | Source, options?: ParseOptions): DocumentNode;
  /** Why a document is refused before it is validated: it is over a limit, or its spreads are not valid. */
  measure(schema: GraphQLSchema, document: DocumentNode): readonly (AppError | GraphQLError)[];
  /** As graphql-js' `validate`, with few errors; a valid document is validated once. Where the schema is hidden, without introspection and without suggestions. */
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

/** More errors than these are not reported: each costs time and memory, and a person mends a few at a time. */
const MAX_ERRORS = 10;

/** Creates the rules. */
export function createDocumentRules({ limits, introspection }: DocumentRulesOptions): DocumentRules {
  /** Valid documents, with the rules they were validated by: plugins of others may add rules to one request. */
  const valid = new WeakMap<DocumentNode, readonly ValidationRule[]>();

  function validateNew(schema: GraphQLSchema, document: DocumentNode, rules: readonly ValidationRule[]) {
    if (introspection) return validate(schema, document, rules, { maxErrors: MAX_ERRORS });
    const all = [...rules, NoSchemaIntrospectionCustomRule, NoServiceRule];
    const options = { maxErrors: MAX_ERRORS, hideSuggestions: true };
    return validate(schema, document, all, options).map(withoutSuggestion);
  }

  return {
    parse(source, options) {
      try {
        return detachLocations(parse(source, { ...options, maxTokens: limits.maxTokens }));
      } catch (error) {
        if (error instanceof GraphQLError && error.message.includes('Parsing aborted')) {
          throw exceeded('MAX_TOKENS', `has more than ${limits.maxTokens} tokens`);
        }
        throw error;
      }
    },
    measure(schema, document) {
      if (valid.has(document)) return [];
      const { cyclic, incomplete, ...size } = measureDocument(document);
      const refused =
        over(size.depth, limits.maxDepth, 'MAX_DEPTH', 'levels of fields') ??
        over(size.aliases, limits.maxAliases, 'MAX_ALIASES', 'aliases') ??
        over(size.rootFields, limits.maxRootFields, 'MAX_ROOT_FIELDS', 'root fields') ??
        over(size.directives, limits.maxDirectives, 'MAX_DIRECTIVES', 'directives') ??
        over(countRepeats(document), limits.maxRepeats, 'MAX_REPEATS', 'fields of one name');
      if (refused) return [refused];
      // The other rules of graphql-js overflow the stack where many fragments spread each other in a cycle, and compare
      // fragments pair by pair even where they do not exist.
      if (cyclic) return validate(schema, document, [NoFragmentCyclesRule], { maxErrors: MAX_ERRORS });
      return incomplete
        ? validate(schema, document, [KnownFragmentNamesRule], { maxErrors: MAX_ERRORS })
        : [];
    },
    validate(schema, document, rules = specifiedRules) {
      if (isSame(valid.get(document), rules)) return [];
      const errors = validateNew(schema, document, rules);
      if (errors.length === 0) valid.set(document, rules);
      return errors;
    },
  };
}

function isSame(known: readonly ValidationRule[] | undefined, rules: readonly ValidationRule[]): boolean {
  return known?.length === rules.length && known.every((rule, index) => rule === rules[index]);
}

/** One rule of graphql-js suggests names regardless of the option. */
function withoutSuggestion(error: GraphQLError): GraphQLError {
  error.message = error.message.replace(/ Did you mean .+$/s, '');
  return error;
}
