// The REST API: id and profile of the caller, for clients that do without GraphQL. docs/openapi.yaml describes it.
import { handleMaybePromise, type MaybePromise } from '@whatwg-node/promise-helpers';
import type { Claims } from '../auth/claims.ts';
import { AppError, missingToken } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import type { Exchange } from '../pipeline/exchange.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Answer } from '../pipeline/refusal.ts';
import type { Execution, Result } from '../pipeline/step.ts';
import type { Profile } from '../provider/profile.ts';
import { createCancellation } from '../request/cancellation.ts';
import type { RequestContext } from '../request/context.ts';
import type { AnswerPace } from './answer-pace.ts';
import type { Router } from './route.ts';

type Resource = (user: Claims, context: RequestContext) => MaybePromise<Record<string, unknown>>;

/** By path below `BASE_PATH`. */
const RESOURCES: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['/api/users/me', ({ id, isAnonymous }) => ({ user_id: id, is_anonymous: isAnonymous })],
  ['/api/users/me/profile', (user, { loaders }) => loaders.profile.load(user.id).then(toBody(user))],
]);

/** The paths below `BASE_PATH`. */
export const REST_PATHS: readonly string[] = [...RESOURCES.keys()];

/** What the REST API is made from. `limit` is that of every answer, in bytes. */
export interface RestOptions {
  readonly pipeline: Pipeline;
  readonly router: Pick<Router, 'belowBase'>;
  readonly limit: number;
  readonly pace: AnswerPace;
  readonly emit: Emit;
}

/** Answers a request that was admitted, in either adapter. Throws and rejects with what refuses it. */
export type AnswerRest = (exchange: Exchange) => MaybePromise<Answer>;

/** Creates the REST API. */
export function createRest({ pipeline, router, limit, pace, emit }: RestOptions): AnswerRest {
  function answer({ data, errors }: Result): Answer {
    if (errors) throw errors[0];
    const body = JSON.stringify(data);
    const bytes = Buffer.byteLength(body);
    pace.add(bytes);
    if (bytes > limit) {
      emit({ kind: 'limit', limit: 'RESPONSE_LIMIT' });
      const message = `The answer is larger than ${limit} bytes`;
      throw new AppError(message, { code: 'LIMIT_EXCEEDED', reason: 'RESPONSE_LIMIT' });
    }
    return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
  }

  return (exchange) => {
    pipeline.begin(exchange);
    const read = RESOURCES.get(router.belowBase(exchange.path) ?? '');
    const execution: Execution = {
      cancellation: createCancellation((listener) => exchange.onDisconnect(listener)),
      contextValue: undefined,
    };
    const execute = ({ contextValue }: Execution): MaybePromise<Result> => {
      // Set by the step `context`.
      const context = contextValue as RequestContext;
      const { user } = context;
      if (!read || !user) throw missingToken();
      return handleMaybePromise(
        () => read(user, context),
        (data) => ({ data }),
      );
    };
    return handleMaybePromise(
      () => pipeline.execute(execution, execute, exchange),
      (result) => (pace.isFull ? pace.later(() => answer(result)) : answer(result)),
    );
  };
}

/** By the names and in the units of the provider. A field that is not known is null. */
function toBody({ isAnonymous }: Claims): (profile: Profile) => Record<string, unknown> {
  return (profile) => ({
    id: profile.id,
    display_name: profile.displayName ?? null,
    primary_email: profile.email ?? null,
    primary_email_verified: profile.emailVerified,
    profile_image_url: profile.profileImageUrl ?? null,
    signed_up_at_millis: profile.signedUpAt.getTime(),
    last_active_at_millis: profile.lastActiveAt.getTime(),
    has_password: profile.hasPassword,
    is_anonymous: isAnonymous,
    oauth_providers: profile.oauthProviders.map(({ id, accountId, email }) => ({
      id,
      account_id: accountId,
      email: email ?? null,
    })),
  });
}
