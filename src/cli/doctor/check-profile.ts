// The profile of a valid token's user, fetched once by the server's own REST client.
import type { Credentials } from '../../auth/authenticate.ts';
import type { Config } from '../../core/config/config.ts';
import type { Upstream } from '../../core/upstream.ts';
import type { Outcome } from '../../provider/outcomes.ts';
import { profileCall } from '../../provider/profile.ts';
import { createSend } from '../../provider/send.ts';
import { type Finding, quote } from './finding.ts';
import { noAnswer } from './trouble.ts';

/** Fetches the profile, and reports whether that worked. The finding contains nothing of the profile. */
export async function checkProfile(
  { token, claims }: Credentials,
  { upstream, config }: { readonly upstream: Upstream; readonly config: Config },
): Promise<Finding> {
  const send = createSend({ ...config, upstream });
  const outcome = await send(profileCall({ token, ...claims }), undefined);
  return { check: 'profile', ...judge(outcome, config) };
}

function judge(outcome: Outcome<unknown>, { apiUrl }: Config): Omit<Finding, 'check'> {
  switch (outcome.kind) {
    case 'ok':
      return { status: 'ok', code: 'PROFILE_GOOD', message: 'The profile of this user can be fetched.' };
    case 'gone':
      return {
        status: 'failed',
        code: 'USER_GONE',
        message: 'The user was deleted; the token has not expired yet.',
        remedy: 'Sign in as an existing user. Clients get UNAUTHENTICATED with USER_GONE.',
      };
    case 'limited':
      return {
        status: 'warning',
        code: 'PROVIDER_LIMITS',
        message: 'The provider is rate limiting this project.',
        remedy:
          'Try again later. Meanwhile the server answers with cached profiles, or UPSTREAM_RATE_LIMITED.',
      };
    case 'unavailable':
      return outcome.cause instanceof Error && outcome.cause.cause === undefined
        ? {
            status: 'failed',
            code: 'PROVIDER_FAILS',
            message: `The profile cannot be fetched: ${quote(outcome.cause.message)}.`,
            remedy: "Check the provider's status page, and try again later.",
          }
        : noAnswer(outcome.cause, apiUrl);
    case 'expired':
    case 'forbidden':
    case 'rejected':
    case 'refused':
      return {
        status: 'failed',
        code: 'PROVIDER_REFUSES',
        message: `The provider refuses to return the profile: ${refusalOf(outcome)}.`,
        remedy: 'See the findings for secret-key and clock.',
      };
  }
}

function refusalOf(outcome: Outcome<unknown>): string {
  switch (outcome.kind) {
    case 'refused':
      return quote(outcome.knownError);
    case 'rejected':
      return quote(outcome.code);
    case 'expired':
      return outcome.reason === 'EXPIRED_TOKEN'
        ? 'by its clock the token has expired'
        : 'it no longer has the key that signed the token';
    default:
      return outcome.kind;
  }
}
