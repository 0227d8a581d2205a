// Errors of the server, in the words of the page. Decided by `code` and `reason`, never by the message.
import { NoTokenError } from '../session/session.ts';

/** What went wrong with an answer or with a part of it. */
export interface Problem {
  readonly code: string;
  readonly reason: string | undefined;
  /** Seconds after which to ask again, where the server told. */
  readonly retryAfter: number | undefined;
}

/** What kept a question from being answered at all. */
export function problemOfNoAnswer(error: Error): Problem {
  const code = error instanceof NoTokenError ? 'NO_TOKEN' : 'NO_SERVER';
  return { code, reason: undefined, retryAfter: undefined };
}

/** Reads the errors of an answer, as every GraphQL client hands them out. */
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

/** Whether the access token was refused: the one case in which a renewed one helps. */
export function isTokenRefused(problems: readonly Problem[]): boolean {
  return problems.some(
    ({ code, reason }) => code === 'UNAUTHENTICATED' && /^(EXPIRED|INVALID)_TOKEN$/.test(reason ?? ''),
  );
}

/** Whether the provider is in trouble, and the user is none the worse for it but for a missing profile. */
export function isProviderDown({ code }: Problem): boolean {
  return code.startsWith('UPSTREAM_');
}

const WORDS: Readonly<Record<string, string>> = {
  ANONYMOUS_USER: 'This is for people with an account. Create one, and it opens.',
  RESTRICTED_USER: 'Your account is held back, and this is for members in good standing.',
  EMAIL_NOT_VERIFIED: 'This asks for a verified e-mail address.',
  USER_GONE: 'This account does not exist any more.',
  UPSTREAM_UNAVAILABLE: 'The identity provider does not answer.',
  UPSTREAM_RATE_LIMITED: 'The identity provider is busy.',
  SERVICE_UNAVAILABLE: 'The server cannot check your sign-in at the moment. You stay signed in.',
  RATE_LIMITED: 'That was a lot at once.',
  NO_TOKEN: 'The identity provider does not answer, and your token has ended. Load the page anew in a while.',
  NO_SERVER: 'The server cannot be reached.',
};

/** A sentence for people. */
export function tell({ code, reason, retryAfter }: Problem): string {
  const sentence = WORDS[reason ?? ''] ?? WORDS[code] ?? 'Something went wrong on the server.';
  return retryAfter === undefined ? sentence : `${sentence} Try again in ${retryAfter} s.`;
}
