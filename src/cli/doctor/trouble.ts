// Failures of the provider that say nothing about the API keys or the project: no response, a late one, or an error.
import { AppError } from '../../core/errors.ts';
import type { UpstreamAnswer } from '../../core/upstream.ts';
import { type Check, type Finding, quote } from './finding.ts';

/** A finding without the check that it belongs to. */
export type Trouble = Pick<Finding, 'status' | 'code' | 'message' | 'remedy' | 'details'>;

const TLS = /CERT|TLS|SSL|SIGNATURE|EPROTO/;

/** Turns a failure into a finding of this check. */
export function troubled(check: Check, trouble: Trouble): Finding {
  return { check, ...trouble };
}

/** Whether the provider could not be reached at all, so that further calls would only time out too. */
export function isOutOfReach({ code }: Pick<Finding, 'code'>): boolean {
  return code === 'PROVIDER_UNREACHABLE' || code === 'PROVIDER_TIMEOUT';
}

/** Explains why there was no response, by the error that `Upstream.get` threw. */
export function noAnswer(error: unknown, apiUrl: string): Trouble {
  const cause: unknown = error instanceof AppError ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return {
      status: 'failed',
      code: 'PROVIDER_TIMEOUT',
      message: `${apiUrl} did not answer in time.`,
      remedy:
        'Check that the provider is running and that no firewall blocks this machine. UPSTREAM_TIMEOUT is how long the server waits.',
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
      message: `The host name ${hostname} cannot be resolved (${code}).`,
      remedy: 'Check the spelling of STACK_API_URL, and the DNS of this machine.',
    };
  }
  if (code === 'ECONNREFUSED') {
    return {
      message: `${host} refuses connections.`,
      remedy: 'Start the provider there, or set STACK_API_URL to its address.',
    };
  }
  if (TLS.test(code)) {
    return {
      message: `The certificate of ${host} is not trusted by this machine, or the host does not support TLS (${code}).`,
      remedy:
        'Check the host of STACK_API_URL and whether it is http or https. For your own certificate authority set NODE_EXTRA_CA_CERTS.',
    };
  }
  return {
    message: `${host} did not send an HTTP response (${quote(code || 'unknown')}).`,
    remedy: 'Check STACK_API_URL, and any proxy or firewall between this machine and the provider.',
  };
}

/** Explains a response that is neither a success nor a known error of the provider. */
export function oddAnswer({ status, headers }: UpstreamAnswer, apiUrl: string): Trouble {
  if (status === 429) {
    const after = quote(headers['retry-after'] ?? '');
    return {
      status: 'warning',
      code: 'PROVIDER_LIMITS',
      message: `The provider is rate limiting this project${after && ` for another ${after} s`}, so this could not be checked.`,
      remedy: 'Try again later. If it continues, find out what else calls the provider with this project.',
    };
  }
  if (status >= 500) {
    return {
      status: 'failed',
      code: 'PROVIDER_FAILS',
      message: `The provider failed: it answered ${status}.`,
      remedy: "Check the provider's status page, and try again later. This says nothing about your keys.",
    };
  }
  return {
    status: 'failed',
    code: 'API_URL_WRONG',
    message: `${apiUrl} answered ${status}, which is not a response of the provider's API.`,
    remedy:
      'Set STACK_API_URL to the base URL of the API, such as https://api.stack-auth.com: without /api/v1, and not the dashboard.',
  };
}
