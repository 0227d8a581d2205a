// The session of the signed-in user, from the provider's SDK. Independent of GraphQL and React.
import { StackClientApp } from '@stackframe/js';
import { createSession, type Session as Tokens } from '#clients/session.ts';
import type { Settings } from '../settings.ts';

/** Whether a user is signed in. `unreachable`: the provider does not answer, so it is unknown. */
export type SessionState =
  | { readonly kind: 'starting' | 'unreachable' }
  | { readonly kind: 'signed-out'; readonly notice: string | undefined }
  | { readonly kind: 'signed-in'; readonly userId: string; readonly isAnonymous: boolean };

/** The fields of a sign-in form. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/**
 * The session of one browser. `token` and `renew` reject with `NoTokenError`. Actions resolve with the reason of a refusal, or with
 * undefined on success.
 */
export interface Session extends Tokens {
  state(): SessionState;
  subscribe(listener: () => void): () => void;
  signIn(credentials: Credentials): Promise<string | undefined>;
  /** An anonymous user becomes a member, and keeps the id. */
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
const SDK_TOO_NEW =
  'The identity provider does not know the headers of this SDK. docs/frontend.md says which version fits an older backend.';
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

  const setState = (next: SessionState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  const setSignedOut = (notice?: string): undefined => {
    latest = null;
    setState({ kind: 'signed-out', notice });
  };
  /** Reads the user from the SDK's token. */
  const readUser = async () => {
    const user = await app.getPartialUser({ from: 'token', or: 'anonymous-if-exists' });
    if (!user) return setSignedOut();
    const { id: userId, isAnonymous } = user;
    const isKnown =
      state.kind === 'signed-in' && state.userId === userId && state.isAnonymous === isAnonymous;
    if (!isKnown) setState({ kind: 'signed-in', userId, isAnonymous });
    return undefined;
  };
  const tokens = createSession({
    async getAccessToken({ forceRefresh }) {
      const token = await fetchToken({ forceRefreshToken: forceRefresh }).catch((cause) => {
        throw new NoTokenError(NO_ANSWER, { cause });
      });
      const isNew = token !== null && latest !== null && token !== latest;
      latest = token;
      if (isNew) onRenewal();
      // Another user may have signed in, in another tab.
      if (isNew) await readUser();
      return token;
    },
    onSignedOut() {
      if (state.kind === 'signed-in') setSignedOut(SESSION_ENDED);
    },
  });
  const readSession = async () => ((await tokens.token()) === null ? setSignedOut() : readUser());
  const attempt = async (action: () => Promise<string | undefined>) => {
    try {
      return await action();
    } catch (error) {
      return isUnknownSdk(error) ? SDK_TOO_NEW : NO_ANSWER;
    }
  };

  readSession().catch(() => setState({ kind: 'unreachable' }));

  return {
    ...tokens,
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
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

/** A backend of before August 2026 finds no access type, since newer SDKs send `x-hexclave-…` headers alone. */
function isUnknownSdk(error: unknown): boolean {
  return error instanceof Error && 'errorCode' in error && error.errorCode === 'ACCESS_TYPE_REQUIRED';
}
