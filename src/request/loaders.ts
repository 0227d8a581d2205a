import { missingToken } from '../core/errors.ts';
import type { Reads } from '../provider/cache/reads.ts';
import type { Provider, RequestProvider } from '../provider/client.ts';
import type { FetchProfile } from '../provider/profile.ts';
import { createProfileLoader, type ProfileLoader } from '../provider/profile-loader.ts';
import { createPublicProfileLoader, type PublicProfileLoader } from '../provider/public-profile-loader.ts';
import type { CallerRequest } from '../provider/send.ts';
import type { AppTypes, Part } from './app-types.ts';
import { type CallerOptions, RequestOfCaller, ScopeOfLoaders } from './caller-request.ts';
import type { Cancellation } from './cancellation.ts';
import { IdentityLoader } from './identity-loader.ts';

/** A key that no loader of an app can have. */
export const REQUEST_PROVIDER = Symbol('the provider client of the request');

/** The server's own loaders, each created on first use. */
export interface OwnLoaders {
  /** The client that all loaders share, with the request's budget of calls. */
  readonly [REQUEST_PROVIDER]: RequestProvider;
  /** Throws `AppError` `UNAUTHENTICATED` where the request has no token. */
  readonly profile: ProfileLoader;
  /** The caller's teams, permissions, sessions and so on. Throws as `profile` does. */
  readonly identity: IdentityLoader;
  /** Names and images of users by id, for types of the app such as the author of a note. Throws as `profile` does. */
  readonly publicProfile: PublicProfileLoader;
}

/** All loaders of a request: the server's own, and those of the app. */
export type Loaders<T extends AppTypes = AppTypes> = OwnLoaders & Part<T, 'Loaders'>;

/**
 * What an app creates its loaders from. `signal` aborts with the request.
 *
 * @example loaders: ({ sources }: LoaderContext<Types>) => ({ note: createNoteLoader(sources.notes) })
 */
export interface LoaderContext<T extends AppTypes = AppTypes> {
  readonly sources: Part<T, 'Sources'>;
  readonly signal: AbortSignal;
}

/** Creates an app's loaders for one request. */
export type CreateLoaders<T extends AppTypes = AppTypes> = (context: LoaderContext<T>) => Part<T, 'Loaders'>;

/** What the loaders of one request are created from. */
export interface LoadersOptions extends CallerOptions {
  readonly provider: Provider;
  readonly fetchProfile: FetchProfile;
  readonly reads: Reads;
  readonly sources: object;
  readonly createLoaders?: CreateLoaders | undefined;
}

/** Creates the loaders of one request. No loader is created, and `createLoaders` is not called, before one is read. */
export function createRequestLoaders(options: LoadersOptions): Loaders {
  const own = new LazyLoaders(options);
  return options.createLoaders ? new Proxy(own, WITH_APP_LOADERS) : own;
}

/** The loaders of a request that has ended: reading one throws. */
export const ENDED_LOADERS: Loaders = new Proxy({} as Loaders, {
  get() {
    throw new Error('The request has ended');
  },
});

class LazyLoaders implements OwnLoaders {
  readonly #options: LoadersOptions;
  #profile: ProfileLoader | undefined;
  #identity: IdentityLoader | undefined;
  #publicProfile: PublicProfileLoader | undefined;
  #provider: RequestProvider | undefined;
  #app: object | undefined;

  constructor(options: LoadersOptions) {
    this.#options = options;
  }

  get profile(): ProfileLoader {
    this.#profile ??= createProfileLoader(this.#options.fetchProfile, this.#createRequest());
    return this.#profile;
  }

  get identity(): IdentityLoader {
    this.#identity ??= new IdentityLoader({
      reads: this.#options.reads,
      request: this.#createRequest(),
      provider: this[REQUEST_PROVIDER],
      clearProfiles: () => {
        this.#profile = undefined;
        this.#publicProfile = undefined;
      },
    });
    return this.#identity;
  }

  get publicProfile(): PublicProfileLoader {
    this.#publicProfile ??= createPublicProfileLoader(this.#options.reads, this.#createRequest());
    return this.#publicProfile;
  }

  #createRequest(): CallerRequest {
    const { credentials } = this.#options;
    if (!credentials) throw missingToken();
    return new RequestOfCaller(this.#options, { credentials, budget: this[REQUEST_PROVIDER].budget });
  }

  get [REQUEST_PROVIDER](): RequestProvider {
    this.#provider ??= this.#options.provider.forRequest(new ScopeOfLoaders(this.#options));
    return this.#provider;
  }

  static appLoadersOf(loaders: LazyLoaders): object {
    loaders.#app ??= loaders.#options.createLoaders?.(new RequestLoaderContext(loaders.#options)) ?? {};
    return loaders.#app;
  }
}

/** The names of an app's loaders are not known before its function is called, so no getters can stand for them. */
const WITH_APP_LOADERS: ProxyHandler<LazyLoaders> = {
  get(loaders, name) {
    if (name === 'profile') return loaders.profile;
    if (name === 'identity') return loaders.identity;
    if (name === 'publicProfile') return loaders.publicProfile;
    if (name === REQUEST_PROVIDER) return loaders[REQUEST_PROVIDER];
    return typeof name === 'string' ? Reflect.get(LazyLoaders.appLoadersOf(loaders), name) : undefined;
  },
};

/** A class because of its getter, see `Cancellation`: an `AbortSignal` is created only for loaders that read it. */
class RequestLoaderContext implements LoaderContext {
  readonly sources: object;
  readonly #cancellation: Cancellation;

  constructor({ sources, cancellation }: LoadersOptions) {
    this.sources = sources;
    this.#cancellation = cancellation;
  }

  get signal(): AbortSignal {
    return this.#cancellation.signal;
  }
}
