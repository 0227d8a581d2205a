// The limit of an answer in bytes. What is larger is replaced as a whole: half an answer would be no answer.
import { type GraphQLSchema, getOperationAST, introspectionFromSchema, Kind } from 'graphql';
import type { Emit } from '../core/events.ts';
import type { ReportErrors } from '../pipeline/error-report.ts';
import type { Exchange } from '../pipeline/exchange.ts';
import { ClientError } from '../pipeline/mask-error.ts';
import type { Operation } from '../pipeline/step.ts';
import type { ReportedResult } from './answer.ts';
import type { AnswerPace } from './answer-pace.ts';
import { serialise, sizeOf } from './serialise.ts';

/** The limit of every answer of one server, which the pace counts. `shown` is a result as clients see it. */
export interface ResponseLimit {
  /** The JSON of an answer to an operation, or `undefined` where it is too large. Throws where it has no JSON. */
  serialise(shown: object, operation: Operation): string | undefined;
  /** Whether an answer is small enough. Throws where it has no JSON. */
  fits(shown: object, operation: Operation): boolean;
  /** The result that is sent in place of one that is too large. */
  refuse(exchange: Exchange): ReportedResult;
}

/** What the limit is made from. `limit` is in bytes. */
export interface ResponseLimitOptions {
  readonly limit: number;
  readonly schema: GraphQLSchema;
  readonly reportErrors: ReportErrors;
  readonly emit: Emit;
  readonly pace: AnswerPace;
}

/** Creates the limit. Introspection may always say what there is to say of the schema once. */
export function createResponseLimit(options: ResponseLimitOptions): ResponseLimit {
  const { limit, schema, reportErrors, emit, pace } = options;
  let schemaSize: number | undefined;
  /** Asked only for an answer that is over the limit. */
  const largerLimit = (operation: Operation): number => {
    if (!isIntrospection(operation)) return 0;
    schemaSize ??= sizeOfIntrospection(schema);
    return schemaSize;
  };
  return {
    serialise(shown, operation) {
      const text = serialise(shown, limit) ?? serialise(shown, largerLimit(operation));
      if (text !== undefined) pace.add(text.length);
      return text;
    },
    fits(shown, operation) {
      const size = sizeOf(shown, limit) ?? sizeOf(shown, largerLimit(operation));
      if (size !== undefined) pace.add(size);
      return size !== undefined;
    },
    refuse(exchange) {
      emit({ kind: 'limit', limit: 'RESPONSE_LIMIT' });
      // A request that was executed is answered with 200: a mutation may have done its work.
      const error = new ClientError(`The answer is larger than ${limit} bytes`, {
        extensions: { code: 'LIMIT_EXCEEDED', reason: 'RESPONSE_LIMIT' },
      });
      return { errors: reportErrors([error], exchange), data: null };
    },
  };
}

/** Whether the operation asks for nothing but the schema. */
function isIntrospection({ document, operationName }: Operation): boolean {
  const fields = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  return fields.every((field) => field.kind === Kind.FIELD && field.name.value.startsWith('__'));
}

/** Bytes of the most that tools ask about a schema. */
function sizeOfIntrospection(schema: GraphQLSchema): number {
  const all = { schemaDescription: true, inputValueDeprecation: true, oneOf: true };
  const data = introspectionFromSchema(schema, { ...all, specifiedByUrl: true, directiveIsRepeatable: true });
  return Buffer.byteLength(JSON.stringify({ data }));
}
