// The complexity of an operation, counted with its real variables.
import {
  type ExecutionArgs,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import {
  type ComplexityEstimator,
  fieldExtensionsEstimator,
  getComplexity,
  simpleEstimator,
} from 'graphql-query-complexity';
import { LRUCache } from 'lru-cache';
import type { AppError } from '../core/errors.ts';
import { over } from './limit-exceeded.ts';

/** The refusal of an operation that is too complex, or whose complexity cannot be counted. */
export type CheckComplexity = (args: ExecutionArgs) => AppError | GraphQLError | undefined;

const fromExtensions = fieldExtensionsEstimator();

/** No field counts less than zero: `first: -1000` would lower the count of its siblings. */
const fromExtensionsAtLeastZero: ComplexityEstimator = (options) => {
  const complexity = fromExtensions(options);
  return typeof complexity === 'number' ? Math.max(complexity, 0) : complexity;
};

const ESTIMATORS = [fromExtensionsAtLeastZero, simpleEstimator({ defaultComplexity: 1 })];

/** Makes the check against `max`, for one schema. */
export function createComplexityCheck(max: number): CheckComplexity {
  // An operation with the same variables has the same complexity, and counting takes longer than executing.
  const passed = new WeakMap<OperationDefinitionNode, LRUCache<string, true>>();
  const refuse = (complexity: number) => over(complexity, max, 'MAX_COMPLEXITY', 'in complexity');

  function count({ schema, document, variableValues, operationName }: ExecutionArgs) {
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
      // An operation that cannot be counted is not executed.
      return error.message.includes('number of nodes') ? refuse(Number.POSITIVE_INFINITY) : error;
    }
  }

  return (args) => {
    const operation = getOperationAST(args.document, args.operationName);
    if (!operation) return undefined;
    const hasVariables = Boolean(operation.variableDefinitions?.length);
    const key = hasVariables ? keyOf(args.variableValues) : '';
    const known = passed.get(operation);
    if (key !== undefined && known?.get(key)) return undefined;
    // Execution reports variables that do not fit the operation, and stops at a number of them.
    if (hasVariables && !variablesFit(args, operation)) return undefined;
    const refused = count(args);
    if (refused || key === undefined) return refused;
    if (known) known.set(key, true);
    else passed.set(operation, new LRUCache<string, true>({ max: MAX_KNOWN }).set(key, true));
    return undefined;
  };
}

/** How many sets of variables are remembered for one operation, and the longest, in characters of JSON. */
const MAX_KNOWN = 100;
const MAX_VARIABLES = 500;

/** `undefined` for variables that are too large to be remembered, or nested too deep for JSON.stringify. */
function keyOf(variables: ExecutionArgs['variableValues']): string | undefined {
  try {
    const key = JSON.stringify(variables ?? {});
    return key.length > MAX_VARIABLES ? undefined : key;
  } catch {
    return undefined;
  }
}

function variablesFit(
  { schema, variableValues }: ExecutionArgs,
  operation: OperationDefinitionNode,
): boolean {
  const definitions = operation.variableDefinitions ?? [];
  return getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 1 }).errors === undefined;
}
