// What a document may ask for: its size before it is validated, its complexity once its variables are known.
import { GraphQLError, parse } from 'graphql';
import { fieldExtensionsEstimator, getComplexity, simpleEstimator } from 'graphql-query-complexity';
import type { Plugin } from 'graphql-yoga';
import type { DocumentLimits } from '../config.ts';
import { AppError, type ErrorReason } from '../errors.ts';
import { maskError } from './mask-error.ts';
import { measureDocument } from './measure-document.ts';

/**
 * Refuses documents over the limits with `LIMIT_EXCEEDED` and the limit's name as the reason.
 *
 * A field counts as one, or as its `complexity` extension says: a number, or a function of its arguments and of what its
 * children count (see graphql-query-complexity).
 */
export function useDocumentLimits(limits: DocumentLimits): Plugin {
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

    onValidate({ params: { documentAST }, setResult }) {
      const { depth, aliases, rootFields, directives } = measureDocument(documentAST);
      const refused =
        over(depth, limits.maxDepth, 'MAX_DEPTH', 'levels of fields') ??
        over(aliases, limits.maxAliases, 'MAX_ALIASES', 'aliases') ??
        over(rootFields, limits.maxRootFields, 'MAX_ROOT_FIELDS', 'root fields') ??
        over(directives, limits.maxDirectives, 'MAX_DIRECTIVES', 'directives');
      if (refused) setResult([maskError(refused)]);
    },

    onExecute({ args: { schema, document, variableValues, operationName }, setResultAndStopExecution }) {
      const complexity = measureComplexity({
        schema,
        query: document,
        variables: variableValues,
        operationName,
      });
      const refused = over(complexity, limits.maxComplexity, 'MAX_COMPLEXITY', 'in complexity');
      if (refused) setResultAndStopExecution({ errors: [maskError(refused)] });
    },
  };
}

type Measured = Omit<Parameters<typeof getComplexity>[0], 'estimators' | 'operationName'>;

const ESTIMATORS = [fieldExtensionsEstimator(), simpleEstimator({ defaultComplexity: 1 })];

function measureComplexity({
  operationName,
  ...options
}: Measured & { operationName?: string | null | undefined }): number {
  try {
    return getComplexity({
      ...options,
      estimators: ESTIMATORS,
      ...(operationName != null && { operationName }),
    });
  } catch (error) {
    if (error instanceof GraphQLError && error.message.includes('number of nodes'))
      return Number.POSITIVE_INFINITY;
    // Variables that do not fit: execution says so in its own words.
    if (error instanceof GraphQLError) return 0;
    throw error;
  }
}

function over(count: number, max: number, reason: ErrorReason, what: string): AppError | undefined {
  return count > max ? exceeded(reason, `has more than ${max} ${what}`) : undefined;
}

function exceeded(reason: ErrorReason, how: string): AppError {
  return new AppError(`The document ${how}`, { code: 'LIMIT_EXCEEDED', reason });
}
