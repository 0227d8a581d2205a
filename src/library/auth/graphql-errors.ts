// Refusals as GraphQLErrors, which neither Yoga nor Apollo Server masks.
import { type ExecutionResult, GraphQLError, type GraphQLErrorExtensions } from 'graphql';
import { AppError, isInternal } from '../../core/errors.ts';
import { MASKED } from '../../core/rest-answer.ts';
import { extensionsOf, type HttpAnswer, httpAnswerOf } from '../../pipeline/mask-error.ts';
import { quiet } from './quiet.ts';
import type { AuthContext } from './types.ts';
import { type ReadSignal, VerifiedPrincipal } from './verified-principal.ts';

/** The error of a single field: it decides no status. Other errors stay as they are. */
export function toFieldError<T>(error: T): T | GraphQLError {
  if (!(error instanceof AppError)) return error;
  const { message, extensions } = shownOf(error);
  return withoutStack(message, extensions);
}

/** A result whose `AppError`s, as resolvers threw them, have code and reason. What clients may not see of bugs is the server's to mask. */
export function withFieldErrors<Result extends ExecutionResult>(result: Result): Result {
  const { errors } = result;
  if (!errors?.some(hidesRefusal)) return result;
  return { ...result, errors: errors.map((error) => (hidesRefusal(error) ? locatedAs(error) : error)) };
}

function hidesRefusal({ originalError }: GraphQLError): boolean {
  return originalError instanceof AppError && !isInternal(originalError);
}

function locatedAs({ nodes, source, positions, path, originalError }: GraphQLError): GraphQLError {
  const { message, extensions } = toFieldError(originalError) as GraphQLError;
  const place = {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
  };
  return new GraphQLError(message, { ...place, extensions });
}

/** The error of a whole request. `http` turns status and headers into what the server reads in `extensions.http`. */
export function toRequestError(error: unknown, http: (answer: HttpAnswer) => object): unknown {
  if (!(error instanceof AppError)) return error;
  const { message, extensions, answer } = shownOf(error);
  return withoutStack(message, { ...extensions, http: http(answer) });
}

/** The context for resolvers: `profile` rejects with errors of fields, and the signal ends what fields of `./pothos` ask. */
export function toResolverContext(context: AuthContext, readSignal: ReadSignal): AuthContext {
  const { user, principal, profile } = context;
  const origin = VerifiedPrincipal.originOf(principal);
  if (origin) origin.readSignal = readSignal;
  const rejectAsField = (error: unknown) => {
    throw toFieldError(error);
  };
  return { user, principal, profile: () => quiet(profile().catch(rejectAsField)) };
}

/** A refusal is no bug: its stack would only be printed, as Apollo Server does in development. */
function withoutStack(message: string, extensions: GraphQLErrorExtensions): GraphQLError {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error = new GraphQLError(message, { extensions });
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}

function shownOf(error: AppError) {
  if (isInternal(error))
    return {
      message: MASKED,
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
      answer: { status: 500, headers: {} },
    };
  return { message: error.message, extensions: extensionsOf(error), answer: httpAnswerOf(error) };
}
