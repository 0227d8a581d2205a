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
import { AppError } from '../core/errors.ts';
import { isTooDeep, tooDeep } from './deep-variables.ts';
import { over } from './limit-exceeded.ts';
import { createPassedVariables } from './passed-variables.ts';

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
  const passed = createPassedVariables();
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
      // The `complexity` of a field may refuse its arguments.
      if (error instanceof AppError) return error;
      if (!(error instanceof GraphQLError)) throw error;
      // An operation that cannot be counted is not executed.
      return error.message.includes('number of nodes') ? refuse(Number.POSITIVE_INFINITY) : error;
    }
  }

  return (args) => {
    const operation = getOperationAST(args.document, args.operationName);
    if (!operation) return undefined;
    const key = passed.keyOf(operation, args.variableValues);
    if (key !== undefined && passed.has(key)) return undefined;
    if (key === undefined && isTooDeep(args.variableValues, 'all')) return tooDeep();
    // Execution reports variables that do not fit the operation, and stops at a number of them.
    if (operation.variableDefinitions?.length && !variablesFit(args, operation)) return undefined;
    const refused = count(args);
    if (!refused && key !== undefined) passed.add(key);
    return refused;
  };
}

function variablesFit(
  { schema, variableValues }: ExecutionArgs,
  operation: OperationDefinitionNode,
): boolean {
  const definitions = operation.variableDefinitions ?? [];
  return getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 0 }).errors === undefined;
}
