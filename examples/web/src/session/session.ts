// The session of the signed-in user, from the provider's SDK. Independent of GraphQL and React.
import { StackClientApp } from '@stackframe/js';
import type { Settings } from '../settings.ts';

/** Whether a user is signed in. `unreachable`: the provider does not answer, so it is unknown. */
export type SessionState =
  | { readonly kind: 'starting' | 'unreachable' }
  | { readonly kind: 'signed-out'; readonly notice: string | undefined }
  | { readonly kind: 'signed-in'; readonly userId: string };

/** The fields of a sign-in form. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** The session of one browser. Actions resolve with the reason of a refusal, or with undefined on success. */
export interface Session {
  state(): SessionState;
  subscribe(listener: () => void): () => void;
  /** A valid access token; `null` when no user is signed in. Rejects with `NoTokenError`. */
  accessToken(): Promise<string | null>;
  /** A new token instead of a refused one; `null` when the session has ended. Concurrent calls share one renewal. */
  renewAccessToken(refused: string | null): Promise<string | null>;
  signIn(credentials: Credentials): Promise<string | undefined>;
  signUp(credentials: Credentials): Promise<string | undefined>;
  signInAnonymously(): Promise<string | undefined>;
  signOut(): Promise<string | undefined>;
}

/**
 * The token has expired and the provider issues no other. The SDK tries for about 15 seconds before it fails, and then
 * fails until the page is reloaded.
 */
export class NoTokenError extends Error {}

/** Includes anonymous and restricted users, for whom the SDK otherwise returns no user. */
const ANY_USER = { or: 'anonymous-if-exists[deprecated]', includeRestricted: true } as const;

const NO_ANSWER = 'The identity provider does not answer. Please try again in a moment.';
const SESSION_ENDED = 'Your session has ended. Please sign in again.';

/** Starts with the stored session, if there is one. `onRenewal` is called for each new access token after the first. */
export function startSession(settings: Settings, onRenewal: () => void): Session {
  const app = new StackClientApp({
    projectId: settings.projectId,
    ...(settings.publishableClientKey && { publishableClientKey: settings.publishableClientKey }),
    ...(settings.providerUrl && { baseUrl: settings.providerUrl }),
    tokenStore: 'cookie',
    redirectMethod: 'none',
    devTool: false,
    // Analytics would create an anonymous user for every visitor.
    analytics: { enabled: false },
  });
  // Written for another backend, this is the SDK's only public function that returns a token without fetching the profile.
  const fetchToken = app.getConvexClientAuth({});

  const listeners = new Set<() => void>();
  let state: SessionState = { kind: 'starting' };
  let latest: string | null = null;
  let renewing: Promise<string | null> | undefined;

  const setState = (next: SessionState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  const setSignedOut = (notice?: string): undefined => {
    latest = null;
    setState({ kind: 'signed-out', notice });
  };
  const getToken = async (forceRefreshToken: boolean) => {
    const token = await fetchToken({ forceRefreshToken }).catch((cause) => {
      throw new NoTokenError(NO_ANSWER, { cause });
    });
    if (token === null && state.kind === 'signed-in') setSignedOut(SESSION_ENDED);
    if (token !== null && latest !== null && token !== latest) {
      onRenewal();
      // Another user may have signed in, in another tab.
      await readUser();
    }
    latest = token;
    return token;
  };
  /** Reads the user from the SDK's token. */
  const readUser = async () => {
    const user = await app.getPartialUser({ from: 'token', or: 'anonymous-if-exists' });
    if (!user) return setSignedOut();
    if (state.kind !== 'signed-in' || state.userId !== user.id)
      setState({ kind: 'signed-in', userId: user.id });
    return undefined;
  };
  const readSession = async () => ((await getToken(false)) === null ? setSignedOut() : readUser());
  const attempt = async (action: () => Promise<string | undefined>) => {
    try {
      return await action();
    } catch {
      return NO_ANSWER;
    }
  };
  const replace = async (refused: string | null) => {
    const current = await getToken(false);
    // Another request may have renewed it already. The SDK does not know that the server refused a token, hence the force.
    return current === refused ? getToken(true) : current;
  };

  readSession().catch(() => setState({ kind: 'unreachable' }));

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    accessToken: () => getToken(false),
    renewAccessToken(refused) {
      renewing ??= replace(refused).finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
    signIn: (credentials) =>
      attempt(async () => {
        const result = await app.signInWithCredential({ ...credentials, noRedirect: true });
        return result.status === 'error' ? result.error.message : readSession();
      }),
    signUp: (credentials) =>
      attempt(async () => {
        const options = { noRedirect: true, noVerificationCallback: true } as const;
        const result = await app.signUpWithCredential({ ...credentials, ...options });
        return result.status === 'error' ? result.error.message : readSession();
      }),
    signInAnonymously: () =>
      attempt(async () => {
        await app.getUser({ or: 'anonymous' });
        return readSession();
      }),
    signOut: () =>
      attempt(async () => {
        await (await app.getUser(ANY_USER))?.signOut();
        return setSignedOut();
      }),
  };
}
