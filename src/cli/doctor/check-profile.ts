// The profile of a valid token's user, fetched once by the server's own REST client.
import type { Credentials } from '../../auth/authenticate.ts';
import type { Config } from '../../core/config/config.ts';
import type { Upstream } from '../../core/http-client.ts';
import { createIdentityClient } from '../../provider/client.ts';
import type { Outcome } from '../../provider/outcomes.ts';
import { type Finding, quote } from './finding.ts';
import { noAnswer } from './trouble.ts';

/** Fetches the profile, and reports whether that worked. The finding contains nothing of the profile. */
export async function checkProfile(
  { token, claims }: Credentials,
  { upstream, config }: { readonly upstream: Upstream; readonly config: Config },
): Promise<Finding> {
  const fetchProfile = createIdentityClient({ ...config, upstream });
  return { check: 'profile', ...judge(await fetchProfile({ ...claims, token }), config) };
}

function judge(outcome: Outcome, { apiUrl }: Config): Omit<Finding, 'check'> {
  switch (outcome.kind) {
    case 'profile':
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
    case 'refused':
      return {
        status: 'failed',
        code: 'PROVIDER_REFUSES',
        message: `The provider refuses to return the profile: ${outcome.kind === 'refused' ? quote(outcome.knownError) : 'by its clock the token has expired'}.`,
        remedy: 'See the findings for secret-key and clock.',
      };
  }
}
