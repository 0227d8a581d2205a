// Messages of the page for errors of the server, chosen by `code` and `reason`, never by the server's message.
import { NoTokenError } from '../session/session.ts';

/** An error of a query or of one of its fields. */
export interface Problem {
  readonly code: string;
  readonly reason: string | undefined;
  /** Seconds to wait before another attempt, if the server sent them. */
  readonly retryAfter: number | undefined;
}

/** The problem when a request got no GraphQL response. */
export function problemOfFailure(error: Error): Problem {
  const code = error instanceof NoTokenError ? 'NO_TOKEN' : 'NO_SERVER';
  return { code, reason: undefined, retryAfter: undefined };
}

/** The problems in the errors of a GraphQL response. */
export function problemsOf(
  errors: readonly { readonly extensions?: Readonly<Record<string, unknown>> | undefined }[],
): readonly Problem[] {
  return errors.map(({ extensions = {} }) => {
    const { code, reason, retryAfter } = extensions;
    return {
      code: typeof code === 'string' ? code : 'UNKNOWN',
      reason: typeof reason === 'string' ? reason : undefined,
      retryAfter: typeof retryAfter === 'number' ? retryAfter : undefined,
    };
  });
}

/** Whether the access token was refused, which is the only case where a renewed token helps. */
export function isTokenRefused(problems: readonly Problem[]): boolean {
  return problems.some(
    ({ code, reason }) => code === 'UNAUTHENTICATED' && /^(EXPIRED|INVALID)_TOKEN$/.test(reason ?? ''),
  );
}

/** Whether the provider failed: the profile is missing, but the user is still signed in. */
export function isProviderDown({ code }: Problem): boolean {
  return code.startsWith('UPSTREAM_');
}

const MESSAGES: Readonly<Record<string, string>> = {
  ANONYMOUS_USER: 'This needs an account. Create one to see it.',
  RESTRICTED_USER: 'Your account is restricted. This is for unrestricted members.',
  EMAIL_NOT_VERIFIED: 'This needs a verified e-mail address.',
  USER_GONE: 'This account has been deleted.',
  UPSTREAM_UNAVAILABLE: 'The identity provider does not answer.',
  UPSTREAM_RATE_LIMITED: 'The identity provider is busy.',
  SERVICE_UNAVAILABLE: 'The server cannot check your sign-in at the moment. You are still signed in.',
  RATE_LIMITED: 'You have sent too many requests.',
  NO_TOKEN: 'The identity provider does not answer, and your token has expired. Reload the page in a while.',
  NO_SERVER: 'The server cannot be reached.',
};

/** The message for a problem. */
export function messageOf({ code, reason, retryAfter }: Problem): string {
  const message = MESSAGES[reason ?? ''] ?? MESSAGES[code] ?? 'Something went wrong on the server.';
  return retryAfter === undefined ? message : `${message} Try again in ${retryAfter} s.`;
}
