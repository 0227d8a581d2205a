// Shared by every client: the access token, renewed by at most one call at a time, and one notice when the session ends.

/** The header that carries the token. */
export const TOKEN_HEADER = 'X-Stack-Access-Token';

/** Returns an access token, or `null` when no user is signed in. `forceRefresh` requests a new one from the provider. */
export type GetAccessToken = (options: { readonly forceRefresh: boolean }) => Promise<string | null>;

/** The signed-in user's tokens, shared by all requests of a page. */
export interface Session {
  /** The token to send now. */
  token(): Promise<string | null>;
  /** The token to send instead of a refused one; `null` when the session has ended. */
  renew(refused: string | null): Promise<string | null>;
}

/** Options of every client. */
export interface ClientOptions {
  /** The GraphQL endpoint. */
  readonly url: string;
  readonly session: Session;
  /** Sends the requests. Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/** The parts of a GraphQL error that are used here. */
interface AnswerError {
  readonly path?: readonly unknown[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Creates the session of a page. `onSignedOut` is called once each time a session ends. */
export function createSession(options: {
  readonly getAccessToken: GetAccessToken;
  readonly onSignedOut: () => void;
}): Session {
  let last: string | null = null;
  let renewing: Promise<string | null> | undefined;

  async function token(forceRefresh = false): Promise<string | null> {
    let found: string | null;
    try {
      found = await options.getAccessToken({ forceRefresh });
    } catch (error) {
      // The provider cannot be reached, but the last token may still be valid for minutes.
      if (forceRefresh || last === null) throw error;
      return last;
    }
    const hasEnded = last !== null && found === null;
    last = found;
    if (hasEnded) options.onSignedOut();
    return found;
  }

  /** A request that was refused with an older token gets the current one without another renewal. */
  async function replace(refused: string | null): Promise<string | null> {
    const current = await token();
    return current !== null && current === refused ? token(true) : current;
  }

  return {
    token: () => token(),
    renew(refused) {
      renewing ??= replace(refused).finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
  };
}

/**
 * Whether to send the request again with a new token. An error with a path concerns one field, so the rest was executed:
 * then only queries are repeated, since a mutation must not be executed twice.
 */
export function isTokenRefused(errors: readonly AnswerError[] | undefined, kind?: string): boolean {
  return (errors ?? []).some(
    ({ path, extensions }) =>
      extensions?.['code'] === 'UNAUTHENTICATED' &&
      ['EXPIRED_TOKEN', 'INVALID_TOKEN'].includes(String(extensions['reason'])) &&
      (path === undefined || kind === 'query'),
  );
}
