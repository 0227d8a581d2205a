// What every client shares: the token to send, renewed at most once at a time, and the end of the session told once.

/** Where the token goes. */
export const TOKEN_HEADER = 'X-Stack-Access-Token';

/** The source of access tokens: `null` where nobody is signed in. Forced, it asks the provider for a new one. */
export type GetAccessToken = (options: { readonly forceRefresh: boolean }) => Promise<string | null>;

/** The signed-in user's tokens, as all requests of a page share them. */
export interface Session {
  /** The token to send now. */
  token(): Promise<string | null>;
  /** The token to send instead of one that was refused; `null` where the session is over. */
  renew(refused: string | null): Promise<string | null>;
}

/** What a client is made from. */
export interface ClientOptions {
  /** Of the GraphQL endpoint. */
  readonly url: string;
  readonly session: Session;
}

/** An error of a GraphQL answer, as far as it matters here. */
interface AnswerError {
  readonly path?: readonly unknown[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Makes the session of a page. `onSignedOut` is called once when there was a session and there is none any more. */
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
      // The provider cannot be reached, but the token that there is may be good for minutes yet.
      if (forceRefresh || last === null) throw error;
      return last;
    }
    const over = last !== null && found === null;
    last = found;
    if (over) options.onSignedOut();
    return found;
  }

  /** Whoever comes late, with the answer to an old token, gets the new one. */
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
 * Whether the request is to be sent again with a new token. An error with a path is of one field: the rest was executed,
 * and a mutation is not to be executed twice.
 */
export function isTokenRefused(errors: readonly AnswerError[] | undefined, kind?: string): boolean {
  return (errors ?? []).some(
    ({ path, extensions }) =>
      extensions?.['code'] === 'UNAUTHENTICATED' &&
      ['EXPIRED_TOKEN', 'INVALID_TOKEN'].includes(String(extensions['reason'])) &&
      (path === undefined || kind === 'query'),
  );
}
