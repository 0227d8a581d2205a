// The signed-in user, by the provider's own SDK. Nothing here knows of GraphQL or React.
import { StackClientApp } from '@stackframe/js';
import type { Settings } from '../settings.ts';

/** Whether somebody is signed in. `unreachable`: the provider does not say; whoever was signed in still is. */
export type SessionState =
  | { readonly kind: 'starting' | 'unreachable' }
  | { readonly kind: 'signed-out'; readonly notice: string | undefined }
  | { readonly kind: 'signed-in'; readonly userId: string };

/** What a sign-in form asks for. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** One person in one browser. What can be refused resolves with the reason, and with nothing where it went well. */
export interface Session {
  state(): SessionState;
  subscribe(listener: () => void): () => void;
  /** An access token that is good for a while yet; `null` for nobody. Rejects with `NoTokenError`. */
  accessToken(): Promise<string | null>;
  /** The successor of a token that the server refused; `null` where the session is over. One call for all who wait. */
  renewAccessToken(refused: string | null): Promise<string | null>;
  signIn(credentials: Credentials): Promise<string | undefined>;
  signUp(credentials: Credentials): Promise<string | undefined>;
  signInAnonymously(): Promise<string | undefined>;
  signOut(): Promise<string | undefined>;
}

/**
 * The token has ended and the provider does not make another. The SDK tries for some 15 seconds before it says so, and
 * then says so until the page is loaded anew.
 */
export class NoTokenError extends Error {}

/** Visitors without an account, and accounts that are held back: without these options they count as nobody. */
const WHOEVER = { or: 'anonymous-if-exists[deprecated]', includeRestricted: true } as const;

const NO_ANSWER = 'The identity provider does not answer. Please try again in a moment.';
const IS_OVER = 'Your session has ended. Please sign in again.';

/** Takes up the session of an earlier visit, if there is one. `onRenewal` is called with each further access token. */
export function startSession(settings: Settings, onRenewal: () => void): Session {
  const app = new StackClientApp({
    projectId: settings.projectId,
    ...(settings.publishableClientKey && { publishableClientKey: settings.publishableClientKey }),
    ...(settings.providerUrl && { baseUrl: settings.providerUrl }),
    tokenStore: 'cookie',
    redirectMethod: 'none',
    devTool: false,
    // It would sign visitors up as anonymous users in order to watch them.
    analytics: { enabled: false },
  });
  // Made for another backend, it is the SDK's one public way to a token that costs no call for the profile.
  const askForToken = app.getConvexClientAuth({});

  const listeners = new Set<() => void>();
  let state: SessionState = { kind: 'starting' };
  let latest: string | null = null;
  let renewing: Promise<string | null> | undefined;

  const become = (next: SessionState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  const leave = (notice?: string): undefined => {
    latest = null;
    become({ kind: 'signed-out', notice });
  };
  const getToken = async (forceRefreshToken: boolean) => {
    const token = await askForToken({ forceRefreshToken }).catch((cause) => {
      throw new NoTokenError(NO_ANSWER, { cause });
    });
    if (token === null && state.kind === 'signed-in') leave(IS_OVER);
    if (token !== null && latest !== null && token !== latest) {
      onRenewal();
      // Somebody else may have signed in, in another tab.
      await recognize();
    }
    latest = token;
    return token;
  };
  /** Reads who it is out of the token, as far as the SDK knows. */
  const recognize = async () => {
    const user = await app.getPartialUser({ from: 'token', or: 'anonymous-if-exists' });
    if (!user) return leave();
    if (state.kind !== 'signed-in' || state.userId !== user.id)
      become({ kind: 'signed-in', userId: user.id });
    return undefined;
  };
  const enter = async () => ((await getToken(false)) === null ? leave() : recognize());
  const attempt = async (way: () => Promise<string | undefined>) => {
    try {
      return await way();
    } catch {
      return NO_ANSWER;
    }
  };
  const replace = async (refused: string | null) => {
    const current = await getToken(false);
    // Another may have renewed it meanwhile. The SDK cannot know by itself that the server refused a token.
    return current === refused ? getToken(true) : current;
  };

  enter().catch(() => become({ kind: 'unreachable' }));

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
        return result.status === 'error' ? result.error.message : enter();
      }),
    signUp: (credentials) =>
      attempt(async () => {
        const options = { noRedirect: true, noVerificationCallback: true } as const;
        const result = await app.signUpWithCredential({ ...credentials, ...options });
        return result.status === 'error' ? result.error.message : enter();
      }),
    signInAnonymously: () =>
      attempt(async () => {
        await app.getUser({ or: 'anonymous' });
        return enter();
      }),
    signOut: () =>
      attempt(async () => {
        await (await app.getUser(WHOEVER))?.signOut();
        return leave();
      }),
  };
}
