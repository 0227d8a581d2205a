// The loaders of one request: each asks once, however many fields want the same.
import type { Credentials } from '../auth/authenticate.ts';
import { missingToken } from '../core/errors.ts';
import type { Services } from '../process/services.ts';
import { createProfileLoader, type ProfileLoader } from '../provider/profile-loader.ts';
import type { Cancellation } from './cancellation.ts';

/** The request's loaders, each made when it is first asked for. Add your own beside `profile`. */
export interface Loaders {
  /** Throws `AppError` `UNAUTHENTICATED` where nobody is signed in. */
  readonly profile: ProfileLoader;
}

/** What loaders are made from. */
export interface LoadersOptions {
  readonly services: Pick<Services, 'fetchProfile' | 'provider' | 'sources'>;
  readonly credentials: Credentials | undefined;
  readonly cancellation: Cancellation;
  /** Told of each call to the provider that is started for this request. */
  readonly onUpstreamCall?: (() => void) | undefined;
}

/** Makes the loaders of one request. It costs no loader until a resolver asks for one. */
export function createLoaders(options: LoadersOptions): Loaders {
  return new LazyLoaders(options);
}

/** Those of a request that is over. */
export const NO_LOADERS: Loaders = new Proxy({} as Loaders, {
  get() {
    throw new Error('The request is over');
  },
});

class LazyLoaders implements Loaders {
  readonly #options: LoadersOptions;
  #profile: ProfileLoader | undefined;

  constructor(options: LoadersOptions) {
    this.#options = options;
  }

  get profile(): ProfileLoader {
    this.#profile ??= createOwnProfileLoader(this.#options);
    return this.#profile;
  }
}

function createOwnProfileLoader({
  services,
  credentials,
  cancellation,
  onUpstreamCall,
}: LoadersOptions): ProfileLoader {
  if (!credentials) throw missingToken();
  const { token, claims } = credentials;
  const { budget } = services.provider.forRequest({ onCall: onUpstreamCall });
  return createProfileLoader(services.fetchProfile, {
    token,
    signal: cancellation.lightSignal,
    onCall: onUpstreamCall,
    budget,
    ...claims,
  });
}
