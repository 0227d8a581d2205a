// What lives as long as one request: who asks, and the loaders that fetch on that user's behalf.
import { contextCacheSymbol } from '@pothos/core';
import { RequestCache } from '@pothos/plugin-scope-auth';
import type { Credentials } from '../auth/authenticate.ts';
import type { Claims } from '../auth/claims.ts';
import type { Services } from '../process/services.ts';
import type { Sources } from '../process/sources.ts';
import { type Cancellation, createCancellation, disconnectOf, type OnDisconnect } from './cancellation.ts';
import { createLoaders, type Loaders, NO_LOADERS } from './loaders.ts';

/** The context of a resolver. Behind a scope, `user` is known to be there: see `AuthContexts` in builder.ts. */
export interface Context {
  readonly requestId: string;
  /** The verified user, or nobody. */
  readonly user: Claims | undefined;
  readonly loaders: Loaders;
  /** Your own data sources. */
  readonly sources: Sources;
  /** Give its signal to whatever you call: it aborts when the client leaves or the time for execution is over. */
  readonly cancellation: Cancellation;
}

/** The context behind any scope: somebody is signed in. */
export interface SignedInContext extends Context {
  readonly user: Claims;
}

/** What a context is made from. */
export interface ContextOptions {
  readonly services: Pick<Services, 'fetchProfile' | 'provider' | 'sources'>;
  readonly requestId: string;
  readonly credentials: Credentials | undefined;
  readonly onDisconnect: OnDisconnect;
  /** Told of each call to the provider that is made for this request. */
  readonly onUpstreamCall?: () => void;
}

/** A context that can be emptied. */
export interface ReleasableContext extends Context {
  /** Lets go of everything, once nothing of the request is under way any more. */
  release(): void;
}

/** Makes the context of one request. It costs no call and no loader until a resolver asks for one. */
export function createContext(options: ContextOptions): ReleasableContext {
  return new RequestContext(options);
}

/**
 * Pothos and its plugins remember what they decided for a request in WeakMaps, by a key that the context holds, next to a
 * reference to the context. Collections of the young generation take what a WeakMap holds for reached: unless it is taken
 * out, or at least the circle opened, every request outlives them with its response and buffers.
 */
class RequestContext implements ReleasableContext {
  readonly requestId: string;
  user: Claims | undefined;
  cancellation: Cancellation;
  loaders: Loaders;
  readonly sources: Sources;
  [contextCacheSymbol] = {};

  constructor(options: ContextOptions) {
    this.requestId = options.requestId;
    this.user = options.credentials?.claims;
    const { services, credentials, onDisconnect, onUpstreamCall } = options;
    this.cancellation = createCancellation(onDisconnect);
    this.loaders = createLoaders({ services, credentials, cancellation: this.cancellation, onUpstreamCall });
    this.sources = services.sources;
  }

  release(): void {
    RequestCache.clearForContext(this);
    this[contextCacheSymbol] = {};
    this.user = undefined;
    this.cancellation = OVER;
    this.loaders = NO_LOADERS;
  }
}

const OVER = createCancellation(disconnectOf(AbortSignal.abort()));
