// The profile behind a token that is good: the server's own REST client, asked once.
import type { Credentials } from '../../auth/authenticate.ts';
import type { Config } from '../../core/config/config.ts';
import type { Upstream } from '../../core/http-client.ts';
import type { Outcome } from '../../provider/outcomes.ts';
import { profileCall } from '../../provider/profile.ts';
import { createSend } from '../../provider/send.ts';
import { type Finding, quote } from './finding.ts';
import { noAnswer } from './trouble.ts';

/** Asks for the profile, and tells whether it came; nothing that stands in it. */
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
      return { status: 'ok', code: 'PROFILE_GOOD', message: 'The provider gives the profile of this user.' };
    case 'gone':
      return {
        status: 'failed',
        code: 'USER_GONE',
        message: 'The provider does not know this user any more, though the token has not ended.',
        remedy: 'Sign in as somebody who exists. Clients are told UNAUTHENTICATED with USER_GONE.',
      };
    case 'limited':
      return {
        status: 'warning',
        code: 'PROVIDER_LIMITS',
        message: 'The provider limits the requests of this project.',
        remedy: 'Ask again later. Meanwhile the server shows kept profiles, or UPSTREAM_RATE_LIMITED.',
      };
    case 'unavailable':
      return outcome.cause instanceof Error && outcome.cause.cause === undefined
        ? {
            status: 'failed',
            code: 'PROVIDER_FAILS',
            message: `The profile cannot be had: ${quote(outcome.cause.message)}.`,
            remedy: "See the provider's status page, and ask again later.",
          }
        : noAnswer(outcome.cause, apiUrl);
    case 'expired':
    case 'forbidden':
    case 'rejected':
    case 'refused':
      return {
        status: 'failed',
        code: 'PROVIDER_REFUSES',
        message: `The provider refuses the question for the profile: ${refusalOf(outcome)}.`,
        remedy: 'Look at the findings on the secret key and on the clock.',
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
        ? 'for it, the token has ended'
        : 'it has dropped the key that signed the token';
    default:
      return outcome.kind;
  }
}
