// Troubles with the provider that say nothing of our keys or our project: no answer, a late one, or one of its own.
import { AppError } from '../../core/errors.ts';
import type { UpstreamAnswer } from '../../core/http-client.ts';
import { type Check, type Finding, quote } from './finding.ts';

/** The same for whichever check meets it. */
export type Trouble = Pick<Finding, 'status' | 'code' | 'message' | 'remedy' | 'details'>;

const TLS = /CERT|TLS|SSL|SIGNATURE|EPROTO/;

/** Makes a finding of a check out of a trouble. */
export function troubled(check: Check, trouble: Trouble): Finding {
  return { check, ...trouble };
}

/** Whether the provider was not reached at all: further calls would only wait for the same. */
export function isOutOfReach({ code }: Pick<Finding, 'code'>): boolean {
  return code === 'PROVIDER_UNREACHABLE' || code === 'PROVIDER_TIMEOUT';
}

/** Why there was no answer, by what `Upstream.get` threw. */
export function noAnswer(error: unknown, apiUrl: string): Trouble {
  const cause: unknown = error instanceof AppError ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return {
      status: 'failed',
      code: 'PROVIDER_TIMEOUT',
      message: `${apiUrl} did not answer in time.`,
      remedy:
        'See whether the provider is up and a firewall lets this machine reach it; UPSTREAM_TIMEOUT is how long the server waits.',
    };
  }
  return {
    status: 'failed',
    code: 'PROVIDER_UNREACHABLE',
    ...unreachable(code, apiUrl),
    details: { cause: code },
  };
}

function unreachable(code: string, apiUrl: string): Pick<Trouble, 'message' | 'remedy'> {
  const { host, hostname } = new URL(apiUrl);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      message: `The name ${hostname} leads nowhere (${code}).`,
      remedy: 'Check the spelling of STACK_API_URL, and that this machine has DNS.',
    };
  }
  if (code === 'ECONNREFUSED') {
    return {
      message: `Nobody listens at ${host}.`,
      remedy: 'Start the provider there, or set STACK_API_URL to where it is.',
    };
  }
  if (TLS.test(code)) {
    return {
      message: `${host} shows a certificate that this machine does not trust, or speaks no TLS (${code}).`,
      remedy:
        'Check that STACK_API_URL has the right host and http or https; for a certificate authority of your own set NODE_EXTRA_CA_CERTS.',
    };
  }
  return {
    message: `${host} gives no answer that is HTTP (${quote(code || 'unknown')}).`,
    remedy: 'Check STACK_API_URL, and whatever stands between this machine and the provider.',
  };
}

/** What an answer says that is neither a success nor a refusal of the provider's own. */
export function oddAnswer({ status, headers }: UpstreamAnswer, apiUrl: string): Trouble {
  if (status === 429) {
    const after = quote(headers['retry-after'] ?? '');
    return {
      status: 'warning',
      code: 'PROVIDER_LIMITS',
      message: `The provider limits the requests of this project${after && ` for another ${after} s`}: it says neither yes nor no.`,
      remedy: 'Ask again later. If it goes on, find out who else calls it with this project.',
    };
  }
  if (status >= 500) {
    return {
      status: 'failed',
      code: 'PROVIDER_FAILS',
      message: `The provider answers ${status}: the failure is its own.`,
      remedy: "See the provider's status page, and ask again later. It says nothing of your keys.",
    };
  }
  return {
    status: 'failed',
    code: 'API_URL_WRONG',
    message: `${apiUrl} answers ${status}, and not as the provider's API does.`,
    remedy:
      'Set STACK_API_URL to the base of the API, such as https://api.stack-auth.com, without /api/v1 and not to the dashboard.',
  };
}
