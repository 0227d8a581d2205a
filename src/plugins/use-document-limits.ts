// What a document may ask for: its size before it is validated, its complexity once its variables are known.
import {
  type ExecutionArgs,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  NoFragmentCyclesRule,
  parse,
  validate,
} from 'graphql';
import {
  type ComplexityEstimator,
  fieldExtensionsEstimator,
  getComplexity,
  simpleEstimator,
} from 'graphql-query-complexity';
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

    onValidate({ params: { schema, documentAST }, setResult }) {
      const { depth, aliases, rootFields, directives, cyclic } = measureDocument(documentAST);
      const refused =
        over(depth, limits.maxDepth, 'MAX_DEPTH', 'levels of fields') ??
        over(aliases, limits.maxAliases, 'MAX_ALIASES', 'aliases') ??
        over(rootFields, limits.maxRootFields, 'MAX_ROOT_FIELDS', 'root fields') ??
        over(directives, limits.maxDirectives, 'MAX_DIRECTIVES', 'directives');
      if (refused) setResult([maskError(refused)]);
      // The other rules of graphql-js run out of stack where many fragments spread each other in a circle.
      else if (cyclic) setResult(validate(schema, documentAST, [NoFragmentCyclesRule]));
    },

    onExecute({ args, setResultAndStopExecution }) {
      const refused = checkComplexity(args, limits.maxComplexity);
      if (refused) setResultAndStopExecution({ errors: [maskError(refused)] });
    },
  };
}

const fromExtensions = fieldExtensionsEstimator();

/** No field counts less than nothing, or `first: -1000` would pay for its neighbours. */
const fromExtensionsAtLeastZero: ComplexityEstimator = (options) => {
  const complexity = fromExtensions(options);
  return typeof complexity === 'number' ? Math.max(complexity, 0) : complexity;
};

const ESTIMATORS = [fromExtensionsAtLeastZero, simpleEstimator({ defaultComplexity: 1 })];

/** The refusal of an operation whose complexity, by its real variables, is over `max`. */
export function checkComplexity(args: ExecutionArgs, max: number): AppError | GraphQLError | undefined {
  // Variables that do not fit: execution says so in its own words, and of many it soon stops to count.
  if (!variablesFit(args)) return undefined;
  const { schema, document, variableValues, operationName } = args;
  const refuse = (complexity: number) => over(complexity, max, 'MAX_COMPLEXITY', 'in complexity');
  try {
    return refuse(
      getComplexity({
        schema,
        query: document,
        variables: variableValues ?? {},
        estimators: ESTIMATORS,
        ...(operationName != null && { operationName }),
      }),
    );
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // What cannot be counted is not executed.
    return error.message.includes('number of nodes') ? refuse(Number.POSITIVE_INFINITY) : error;
  }
}

function variablesFit({ schema, document, variableValues, operationName }: ExecutionArgs): boolean {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  return getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 1 }).errors === undefined;
}

function over(count: number, max: number, reason: ErrorReason, what: string): AppError | undefined {
  return count > max ? exceeded(reason, `has more than ${max} ${what}`) : undefined;
}

function exceeded(reason: ErrorReason, how: string): AppError {
  return new AppError(`The document ${how}`, { code: 'LIMIT_EXCEEDED', reason });
}
