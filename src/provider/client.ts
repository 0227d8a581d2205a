// The REST client: one user's profile, asked for with that user's own token (contract, sections 3 and 4.1).
import type { LightAbortSignal } from '../core/abort-controller.ts';
import { isConnectionError, isTooLarge, type Upstream } from '../core/http-client.ts';
import { type Outcome, toOutcome } from './outcomes.ts';

/** Whose profile, by what token. `id` is the verified `sub` of that token. */
export interface ProfileRequest {
  readonly id: string;
  readonly token: string;
  readonly isAnonymous: boolean;
  readonly isRestricted: boolean;
  /** When the token was made (`iat`), in seconds since the epoch. */
  readonly issuedAt: number | undefined;
  readonly signal?: LightAbortSignal | undefined;
  /** Told of each call that is made for this request: none that is joined, saved or refused by the breaker. */
  readonly onCall?: (() => void) | undefined;
}

/** Asks for profiles. Never throws for the provider's trouble; rejects with the signal's reason when that aborts. */
export type FetchProfile = (request: ProfileRequest) => Promise<Outcome>;

/** Where to ask and by which project's keys. */
export interface IdentityClientOptions {
  readonly upstream: Upstream;
  readonly projectId: string;
  readonly secretServerKey: string;
  readonly publishableClientKey: string | undefined;
  /** Further headers of each call: those by which the provider goes on with a trace. */
  readonly outgoing?: (() => Readonly<Record<string, string>>) | undefined;
}

/** The headers by which the project's server is known to the provider (contract, section 3). */
export function serverHeaders({
  projectId,
  secretServerKey,
  publishableClientKey,
}: Pick<IdentityClientOptions, 'projectId' | 'secretServerKey' | 'publishableClientKey'>): Record<
  string,
  string
> {
  return {
    accept: 'application/json',
    'x-stack-access-type': 'server',
    'x-stack-project-id': projectId,
    'x-stack-secret-server-key': secretServerKey,
    ...(publishableClientKey === undefined ? {} : { 'x-stack-publishable-client-key': publishableClientKey }),
  };
}

/** Makes the client. Each call is one request: nothing is shared, kept or tried again here. */
export function createIdentityClient({
  upstream,
  outgoing,
  ...project
}: IdentityClientOptions): FetchProfile {
  const projectHeaders = serverHeaders(project);
  return async ({ id, token, isAnonymous, isRestricted, signal, onCall }) => {
    const headers: Record<string, string> = Object.assign({}, projectHeaders, outgoing?.());
    headers['x-stack-access-token'] = token;
    if (isAnonymous) headers['x-stack-allow-anonymous-user'] = 'true';
    if (isRestricted) headers['x-stack-allow-restricted-user'] = 'true';
    onCall?.();
    try {
      return toOutcome(await upstream.get({ path: '/api/v1/users/me', headers, signal }), id);
    } catch (cause) {
      if (signal?.aborted) throw cause;
      return { kind: 'unavailable', cause, transient: isConnectionError(cause), nonsense: isTooLarge(cause) };
    }
  };
}
