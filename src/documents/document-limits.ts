// What a document may ask for: its size before it is validated, its complexity once its variables are known.
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoFragmentCyclesRule,
  parse,
  validate,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { DocumentLimits } from '../core/config/config.ts';
import { maskError } from '../pipeline/mask-error.ts';
import { createComplexityCheck } from './complexity.ts';
import { countRepeats } from './count-repeats.ts';
import { exceeded, over } from './limit-exceeded.ts';
import { measureDocument } from './measure-document.ts';

/**
 * Refuses documents over the limits with `LIMIT_EXCEEDED` and the limit's name as the reason.
 *
 * A field counts as one, or as its `complexity` extension says: a number, or a function of its arguments and of what its
 * children count (see graphql-query-complexity).
 */
export function useDocumentLimits(limits: DocumentLimits): Plugin {
  const checkComplexity = createComplexityCheck(limits.maxComplexity);
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => {
        try {
          return parse(source, { ...options, maxTokens: limits.maxTokens });
        } catch (error) {
          if (error instanceof GraphQLError && error.message.includes('Parsing aborted')) {
            throw exceeded('MAX_TOKENS', `has more than ${limits.maxTokens} tokens`);
          }
          throw error;
        }
      });
    },

    onValidate({ params: { schema, documentAST }, setResult }) {
      const errors = measureErrors({ schema, document: documentAST, limits });
      if (errors.length > 0) setResult(errors);
    },

    onExecute({ args, setResultAndStopExecution }) {
      const refused = checkComplexity(args);
      if (refused) setResultAndStopExecution({ errors: [maskError(refused)] });
    },
  };
}

/** What is to be said of a document before it is validated: it is over a limit, or its fragments go in circles. */
export function measureErrors({
  schema,
  document,
  limits,
}: {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly limits: DocumentLimits;
}): readonly GraphQLError[] {
  const { depth, aliases, rootFields, directives, cyclic } = measureDocument(document);
  const refused =
    over(depth, limits.maxDepth, 'MAX_DEPTH', 'levels of fields') ??
    over(aliases, limits.maxAliases, 'MAX_ALIASES', 'aliases') ??
    over(rootFields, limits.maxRootFields, 'MAX_ROOT_FIELDS', 'root fields') ??
    over(directives, limits.maxDirectives, 'MAX_DIRECTIVES', 'directives') ??
    over(countRepeats(document), limits.maxRepeats, 'MAX_REPEATS', 'fields of one name');
  if (refused) return [maskError(refused)];
  // The other rules of graphql-js run out of stack where many fragments spread each other in a circle.
  return cyclic ? validate(schema, document, [NoFragmentCyclesRule]) : [];
}
