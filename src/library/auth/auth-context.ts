// What adapters do with a request: read the token, refuse, and give handlers a context.
import { AppError, missingToken } from '../../core/errors.ts';
import { quiet } from './quiet.ts';
import type { Auth, AuthContext, AuthOptions, HeaderSource, Principal, Profile } from './types.ts';

/** A request of an adapter. `signal` is read when a profile is asked for. */
export interface AuthRequest<From> {
  readonly request: From;
  readonly headers: HeaderSource;
  readonly signal: () => AbortSignal | undefined;
}

/** The contexts of an adapter. */
export interface AuthContexts<From> {
  /** Authenticates a request. Rejects with `AppError`, without a token where one is required. */
  create(request: AuthRequest<From>): Promise<AuthContext>;
  /** The context of a principal that the team's own code has authenticated. Throws `AppError` without one where one is required. */
  of(principal: Principal | undefined, signal: () => AbortSignal | undefined): AuthContext;
}

/** Creates the contexts of an adapter. Throws `AppError` `INVALID_CONFIGURATION` where an option is wrong. */
export function createAuthContexts<From>(auth: Auth, options: AuthOptions<From> = {}): AuthContexts<From> {
  if (typeof options !== 'object' || options === null) throw wrong('they must be an object');
  const { required = true, address } = options;
  if (typeof required !== 'boolean') throw wrong('required must be true or false');
  if (address !== undefined && typeof address !== 'function') throw wrong('address must be a function');
  const unknown = Object.keys(options).find((name) => name !== 'required' && name !== 'address');
  if (unknown !== undefined) throw wrong(`${unknown} is not an option`);
  const of = (principal: Principal | undefined, signal: () => AbortSignal | undefined) => {
    if (!principal && required) throw missingToken();
    return contextOf(auth, principal, signal);
  };
  return {
    of,
    create: async ({ request, headers, signal }) =>
      of(await auth.authenticate(headers, { address: address?.(request) }), signal),
  };
}

/** A plain object, since teams spread it into contexts of their own. */
function contextOf(
  auth: Auth,
  principal: Principal | undefined,
  signal: () => AbortSignal | undefined,
): AuthContext {
  let loaded: Promise<Profile> | undefined;
  const load = () =>
    principal ? auth.profile(principal, { signal: signal() }) : Promise.reject(missingToken());
  return {
    user: principal?.user,
    principal,
    profile() {
      loaded ??= quiet(load());
      return loaded;
    },
  };
}

function wrong(mistake: string): AppError {
  return new AppError(`Wrong options of an adapter: ${mistake}`, { code: 'INVALID_CONFIGURATION' });
}
