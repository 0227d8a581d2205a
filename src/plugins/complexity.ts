// What an operation asks for, by its real variables.
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
import type { AppError } from '../errors.ts';
import { over } from './limit-exceeded.ts';

/** The refusal of an operation that asks for too much, or for what cannot be counted. */
export type CheckComplexity = (args: ExecutionArgs) => AppError | GraphQLError | undefined;

const fromExtensions = fieldExtensionsEstimator();

/** No field counts less than nothing, or `first: -1000` would pay for its neighbours. */
const fromExtensionsAtLeastZero: ComplexityEstimator = (options) => {
  const complexity = fromExtensions(options);
  return typeof complexity === 'number' ? Math.max(complexity, 0) : complexity;
};

const ESTIMATORS = [fromExtensionsAtLeastZero, simpleEstimator({ defaultComplexity: 1 })];

/** Makes the check against `max`, for one schema. */
export function createComplexityCheck(max: number): CheckComplexity {
  // Without variables an operation asks for the same each time: counting it anew took as long as executing it.
  const passed = new WeakSet<OperationDefinitionNode>();
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
      // What cannot be counted is not executed.
      return error.message.includes('number of nodes') ? refuse(Number.POSITIVE_INFINITY) : error;
    }
  }

  return (args) => {
    const operation = getOperationAST(args.document, args.operationName);
    if (!operation || passed.has(operation)) return undefined;
    if (operation.variableDefinitions?.length) {
      // Variables that do not fit: execution says so in its own words, and of many it soon stops to count.
      return variablesFit(args, operation) ? count(args) : undefined;
    }
    const refused = count(args);
    if (!refused) passed.add(operation);
    return refused;
  };
}

function variablesFit(
  { schema, variableValues }: ExecutionArgs,
  operation: OperationDefinitionNode,
): boolean {
  const definitions = operation.variableDefinitions ?? [];
  return getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 1 }).errors === undefined;
}
