// What lives as long as one request: who asks, and the loaders that fetch on that user's behalf.
import type { Credentials } from './auth/authenticate.ts';
import type { Claims } from './auth/claims.ts';
import { missingToken } from './errors.ts';
import { createProfileLoader, type ProfileLoader } from './identity/loader.ts';
import { createLifetime, type Lifetime } from './lifetime.ts';
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

/** What a context is made from. The request's signal aborts when the client leaves. */
export interface ContextOptions {
  readonly services: Pick<Services, 'fetchProfile'>;
  readonly requestId: string;
  readonly credentials: Credentials | undefined;
  readonly request: Pick<Request, 'signal'>;
  /** Told of each call to the provider that is made for this request. */
  readonly onUpstreamCall?: () => void;
}

/** Makes the context of one request. It costs no call and no loader until a resolver asks for one. */
export function createContext(options: ContextOptions): Context {
  const lifetime = createLifetime(options.request);
  return {
    requestId: options.requestId,
    user: options.credentials?.claims,
    loaders: new LazyLoaders(options, lifetime),
    lifetime,
  };
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
