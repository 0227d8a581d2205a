// Messages of the page for errors of the server, chosen by `code` and `reason`, never by the server's message.
import { NoTokenError } from '../session/session.ts';

/** An error of an operation or of one of its fields. */
export interface Problem {
  readonly code: string;
  readonly reason: string | undefined;
  /** Seconds to wait before another attempt, if the server sent them. */
  readonly retryAfter: number | undefined;
  /** The id in the log of the server, where the error is a bug. */
  readonly requestId: string | undefined;
}

/** The problem when a request got no GraphQL response. */
export function problemOfFailure(error: Error): Problem {
  const code = error instanceof NoTokenError ? 'NO_TOKEN' : navigator.onLine ? 'NO_SERVER' : 'OFFLINE';
  return { code, reason: undefined, retryAfter: undefined, requestId: undefined };
}

/** The problems in the errors of a GraphQL response. */
export function problemsOf(
  errors: readonly { readonly extensions?: Readonly<Record<string, unknown>> | undefined }[],
): readonly Problem[] {
  return errors.map(({ extensions = {} }) => {
    const { code, reason, retryAfter, requestId } = extensions;
    return {
      code: typeof code === 'string' ? code : 'UNKNOWN',
      reason: typeof reason === 'string' ? reason : undefined,
      retryAfter: typeof retryAfter === 'number' ? retryAfter : undefined,
      requestId: typeof requestId === 'string' ? requestId : undefined,
    };
  });
}

const TRANSIENT = new Set([
  ...['UPSTREAM_UNAVAILABLE', 'UPSTREAM_RATE_LIMITED', 'SERVICE_UNAVAILABLE'],
  ...['RATE_LIMITED', 'OVERLOADED', 'TIMEOUT', 'NO_TOKEN', 'NO_SERVER', 'OFFLINE'],
]);

/** Whether another attempt may succeed. The user is still signed in, and what is on the page is still the best that is known. */
export function isTransient({ code }: Problem): boolean {
  return TRANSIENT.has(code);
}

const MESSAGES: Readonly<Record<string, string>> = {
  ANONYMOUS_USER: 'This needs an account, with which you keep everything you have here.',
  RESTRICTED_USER: 'Your account is restricted. This is for unrestricted members.',
  EMAIL_NOT_VERIFIED: 'This needs a verified e-mail address.',
  NOT_A_TEAM_MEMBER: 'There is no such team, or you are not in it.',
  NOT_OWNER: 'Only who wrote the note can delete it.',
  TEAM_PERMISSION_REQUIRED: 'You lack the permission for this in the team. Ask one of its admins.',
  PROJECT_PERMISSION_REQUIRED: 'You lack the permission for this.',
  NO_LIVE_SESSION: 'Your session was ended elsewhere. Please sign in again.',
  FEATURE_DISABLED: 'The project has switched this off.',
  USER_GONE: 'This account has been deleted. Please sign out.',
  NOTE_TEXT: 'A note has 1 to 10,000 characters.',
  FORBIDDEN: 'You may not do this.',
  UNAUTHENTICATED: 'The server does not accept your sign-in. Please sign in again.',
  UPSTREAM_UNAVAILABLE: 'The identity provider does not answer.',
  UPSTREAM_RATE_LIMITED: 'The identity provider is busy.',
  SERVICE_UNAVAILABLE: 'The server cannot check your sign-in at the moment.',
  OVERLOADED: 'The server is busy.',
  TIMEOUT: 'The server took too long.',
  RATE_LIMITED: 'You have sent too many requests.',
  LIMIT_EXCEEDED: 'This is more than the server sends at once.',
  NO_TOKEN: 'The identity provider does not answer, and your token has expired. Reload the page in a while.',
  NO_SERVER: 'The server cannot be reached.',
  OFFLINE: 'You are offline.',
};

/** The message for a problem. */
export function messageOf({ code, reason, retryAfter, requestId }: Problem): string {
  const known = MESSAGES[reason ?? ''] ?? MESSAGES[code];
  if (known === undefined)
    return `Something went wrong on the server.${requestId ? ` Its log has it as ${requestId}.` : ''}`;
  return retryAfter === undefined ? known : `${known} Try again in ${retryAfter} s.`;
}
