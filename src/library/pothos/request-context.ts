// The context that our resolvers and rules get, for a context of the team's.
import { randomUUID } from 'node:crypto';
import type { GraphQLResolveInfo, ResponsePath } from 'graphql';
import { missingToken } from '../../core/errors.ts';
import { createCancellation, disconnectOf, type OnDisconnect } from '../../request/cancellation.ts';
import { createContext, type RequestContext } from '../../request/context.ts';
import { anonymousLimitOf, foreignPrincipal } from '../auth/load-profile.ts';
import type { AuthContext } from '../auth/types.ts';
import { type Origin, VerifiedPrincipal } from '../auth/verified-principal.ts';

/**
 * The context of the request that a principal was made for, by which all copies of the team's context share loaders, changes
 * and cancellation. With `info` of a subscription: that of its event. Throws `AppError` where no `authenticate` made the principal.
 */
export function requestContextOf(
  { principal }: Pick<AuthContext, 'principal'>,
  info?: GraphQLResolveInfo,
): RequestContext {
  if (principal === undefined) return GUEST;
  const origin = VerifiedPrincipal.originOf(principal);
  if (!origin) throw foreignPrincipal();
  const event = info && eventOf(info);
  const kept = origin.kept instanceof KeptRequest ? origin.kept : undefined;
  if (kept && (event === undefined || kept.event === event)) return kept.context;
  kept?.context.cancellation.end();
  const context = createRequestContext(origin);
  origin.kept = new KeptRequest(context, event);
  return context;
}

class KeptRequest {
  readonly context: RequestContext;
  readonly event: object | undefined;

  constructor(context: RequestContext, event: object | undefined) {
    this.context = context;
    this.event = event;
  }
}

/** Execution shares one context among all events of a subscription. The place of its only root field is created for each. */
function eventOf({ operation, path }: GraphQLResolveInfo): object | undefined {
  if (operation.operation !== 'subscription') return undefined;
  let root: ResponsePath = path;
  while (root.prev) root = root.prev;
  return root;
}

function createRequestContext(origin: Origin): RequestContext {
  const { services, credentials, readSignal } = origin;
  const { provider, fetchProfile, reads, audit } = services;
  const limit = anonymousLimitOf(origin);
  const onDisconnect: OnDisconnect = (disconnected) => {
    const signal = readSignal?.();
    return signal ? disconnectOf(signal)(disconnected) : () => {};
  };
  return createContext({
    provider,
    fetchProfile,
    reads,
    audit,
    credentials,
    sources: {},
    cancellation: createCancellation(onDisconnect),
    // The library knows no id of the request: this one joins the audit lines of one request.
    requestId: randomUUID(),
    onUpstreamCall: limit?.spend,
    refuseCall: limit?.refuseCall,
  });
}

/** The context of every request without a token. Scopes refuse it before a resolver of ours needs more than its user. */
const GUEST: RequestContext = {
  requestId: '',
  user: undefined,
  sources: {},
  cancellation: createCancellation(() => () => {}),
  get loaders(): never {
    throw missingToken();
  },
  get changes(): never {
    throw missingToken();
  },
};
