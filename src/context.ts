// What lives as long as one request: who asks, and the loaders that fetch on that user's behalf.
import type { Credentials } from './auth/authenticate.ts';
import type { Claims } from './auth/claims.ts';
import { createLifetime, type Lifetime } from './lifetime.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import type { Services } from './services.ts';
import type { Sources } from './sources.ts';

/** The context of a resolver. Behind a scope, `user` is known to be there: see `AuthContexts` in builder.ts. */
export interface Context {
  readonly requestId: string;
  /** The verified user, or nobody. */
  readonly user: Claims | undefined;
  readonly loaders: Loaders;
  /** Your own data sources. */
  readonly sources: Sources;
  /** Give its signal to whatever you call: it aborts when the client leaves or the time for execution is over. */
  readonly lifetime: Lifetime;
}

/** The context behind any scope: somebody is signed in. */
export interface SignedInContext extends Context {
  readonly user: Claims;
}

/** What a context is made from. The request's signal aborts when the client leaves. */
export interface ContextOptions {
  readonly services: Pick<Services, 'fetchProfile' | 'sources'>;
  readonly requestId: string;
  readonly credentials: Credentials | undefined;
  readonly request: Pick<Request, 'signal'>;
  /** Told of each call to the provider that is started for this request. */
  readonly onUpstreamCall?: () => void;
}

/** Makes the context of one request. It costs no call and no loader until a resolver asks for one. */
export function createContext(options: ContextOptions): Context {
  const lifetime = createLifetime(options.request);
  return {
    requestId: options.requestId,
    user: options.credentials?.claims,
    loaders: createLoaders({ ...options, lifetime }),
    sources: options.services.sources,
    lifetime,
  };
}
