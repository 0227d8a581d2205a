// What lives as long as one request: who asks, and the loaders that fetch on that user's behalf.
import { contextCacheSymbol } from '@pothos/core';
import type { Credentials } from './auth/authenticate.ts';
import type { Claims } from './auth/claims.ts';
import { missingToken } from './errors.ts';
import { createProfileLoader, type ProfileLoader } from './identity/loader.ts';
import { createLifetime, type Lifetime, type OnLeave, whenAborted } from './lifetime.ts';
import type { Services } from './services.ts';

/** The context of a resolver. Behind a scope, `user` is known to be there: see `AuthContexts` in builder.ts. */
export interface Context {
  readonly requestId: string;
  /** The verified user, or nobody. */
  readonly user: Claims | undefined;
  readonly loaders: Loaders;
  /** Give its signal to whatever you call: it aborts when the client leaves or the time for execution is over. */
  readonly lifetime: Lifetime;
}

/** The context behind any scope: somebody is signed in. */
export interface SignedInContext extends Context {
  readonly user: Claims;
}

/** The request's loaders, each made when it is first asked for. Add your own beside `profile`. */
export interface Loaders {
  /** Throws `AppError` `UNAUTHENTICATED` where nobody is signed in. */
  readonly profile: ProfileLoader;
}

/** What a context is made from. */
export interface ContextOptions {
  readonly services: Pick<Services, 'fetchProfile'>;
  readonly requestId: string;
  readonly credentials: Credentials | undefined;
  readonly onLeave: OnLeave;
  /** Told of each call to the provider that is started for this request. */
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
 * Pothos remembers what it decided for a request in a WeakMap, by a key that the context holds, next to a reference to
 * the context. Collections of the young generation cannot see through such a circle: unless it is opened, every request
 * outlives them with its response and buffers.
 */
class RequestContext implements ReleasableContext {
  readonly requestId: string;
  user: Claims | undefined;
  lifetime: Lifetime;
  loaders: Loaders;
  [contextCacheSymbol] = {};

  constructor(options: ContextOptions) {
    this.requestId = options.requestId;
    this.user = options.credentials?.claims;
    this.lifetime = createLifetime(options.onLeave);
    this.loaders = new LazyLoaders(options, this.lifetime);
  }

  release(): void {
    this[contextCacheSymbol] = {};
    this.user = undefined;
    this.lifetime = OVER;
    this.loaders = NONE;
  }
}

class LazyLoaders implements Loaders {
  readonly #options: ContextOptions;
  readonly #lifetime: Lifetime;
  #profile: ProfileLoader | undefined;

  constructor(options: ContextOptions, lifetime: Lifetime) {
    this.#options = options;
    this.#lifetime = lifetime;
  }

  get profile(): ProfileLoader {
    this.#profile ??= this.#createProfile();
    return this.#profile;
  }

  #createProfile(): ProfileLoader {
    const { services, credentials, onUpstreamCall } = this.#options;
    if (!credentials) throw missingToken();
    const { token, claims } = credentials;
    return createProfileLoader(services.fetchProfile, {
      ...claims,
      token,
      signal: this.#lifetime.signal,
      onCall: onUpstreamCall,
    });
  }
}

const OVER = createLifetime(whenAborted(AbortSignal.abort()));

const NONE: Loaders = {
  get profile(): ProfileLoader {
    throw new Error('The request is over');
  },
};
