// What lives as long as one request: who asks, and the loaders that fetch on that user's behalf.
import type { Credentials } from './auth/authenticate.ts';
import type { Claims } from './auth/claims.ts';
import { missingToken } from './errors.ts';
import { createProfileLoader, type ProfileLoader } from './identity/loader.ts';
import type { Services } from './services.ts';

/** The context of a resolver. Behind a scope, `user` is known to be there: see `AuthContexts` in builder.ts. */
export interface Context {
  readonly requestId: string;
  /** The verified user, or nobody. */
  readonly user: Claims | undefined;
  readonly loaders: Loaders;
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
}

/** Makes the context of one request. It costs no call and no loader until a resolver asks for one. */
export function createContext(options: ContextOptions): Context {
  return {
    requestId: options.requestId,
    user: options.credentials?.claims,
    loaders: new LazyLoaders(options),
  };
}

class LazyLoaders implements Loaders {
  readonly #options: ContextOptions;
  #profile: ProfileLoader | undefined;

  constructor(options: ContextOptions) {
    this.#options = options;
  }

  get profile(): ProfileLoader {
    this.#profile ??= this.#createProfile();
    return this.#profile;
  }

  #createProfile(): ProfileLoader {
    const { services, credentials, request } = this.#options;
    if (!credentials) throw missingToken();
    const { id, isAnonymous, isRestricted } = credentials.claims;
    const { token } = credentials;
    return createProfileLoader(services.fetchProfile, {
      id,
      token,
      isAnonymous,
      isRestricted,
      signal: request.signal,
    });
  }
}
