// The provider's key set, fetched by the server's own code.
import { type FetchedKeys, fetchKeys } from '../../auth/fetch-keys.ts';
import { systemClock } from '../../core/clock.ts';
import type { Config } from '../../core/config/config.ts';
import { AppError } from '../../core/errors.ts';
import type { Upstream, UpstreamAnswer } from '../../core/upstream.ts';
import { type Finding, quote } from './finding.ts';
import { noAnswer, oddAnswer, troubled } from './trouble.ts';

/** The finding, and the keys where there are any. */
export interface CheckedKeys {
  readonly keys: FetchedKeys['keys'] | undefined;
  readonly finding: Finding;
}

/** Milliseconds beyond which a fetch is reported as slow: a user would notice it. */
const SLOW = 2_000;

/** Fetches the keys, and reports their number, their age, and how long they may be cached. */
export async function checkKeys({
  upstream,
  config,
}: {
  readonly upstream: Upstream;
  readonly config: Config;
}): Promise<CheckedKeys> {
  const { projectId, apiUrl } = config;
  const began = performance.now();
  let answer: UpstreamAnswer | undefined;
  const recording: Upstream = {
    ...upstream,
    get: async (request) => {
      answer = await upstream.get(request);
      return answer;
    },
  };
  try {
    const { keys, freshFor } = await fetchKeys(
      { upstream: recording, projectId },
      { held: undefined, clock: systemClock },
    );
    const milliseconds = Math.round(performance.now() - began);
    return { keys, finding: good({ keys, freshFor: freshFor / 1000, milliseconds, ...readAnswer(answer) }) };
  } catch (error) {
    return { keys: undefined, finding: bad({ error, answer, apiUrl, projectId }) };
  }
}

interface Fetched {
  readonly keys: FetchedKeys['keys'];
  /** In seconds. */
  readonly freshFor: number;
  readonly milliseconds: number;
  readonly published: number;
  readonly cacheControl: unknown;
  readonly age: unknown;
}

function good({ keys, ...fetched }: Fetched): Finding {
  const { published, milliseconds, freshFor } = fetched;
  const kids = [...keys.keys()].map(quote);
  const details = { kids, ...fetched };
  const age = fetched.age === undefined ? '' : `, ${quote(fetched.age)} s old`;
  const message = `${keys.size} usable P-256 keys (${kids.join(', ')})${age}; the server fetches them every ${freshFor} s.`;
  if (milliseconds > SLOW) {
    return {
      check: 'keys',
      status: 'warning',
      code: 'PROVIDER_SLOW',
      message: `${message} The fetch took ${(milliseconds / 1000).toFixed(1)} s.`,
      remedy:
        'Check the network to the provider: profiles will be as slow, and until it has keys a new process answers 503.',
      details,
    };
  }
  if (keys.size < published) {
    return {
      check: 'keys',
      status: 'warning',
      code: 'KEYS_PARTLY_USABLE',
      message: `${message} The provider publishes ${published}: the others are not for ES256, or malformed.`,
      remedy:
        'Tokens signed by the others are refused. Make sure that the provider signs with the usable ones.',
      details,
    };
  }
  return { check: 'keys', status: 'ok', code: 'KEYS_GOOD', message, details };
}

interface Failure {
  readonly error: unknown;
  readonly answer: UpstreamAnswer | undefined;
  readonly apiUrl: string;
  readonly projectId: string;
}

function bad({ error, answer, apiUrl, projectId }: Failure): Finding {
  if (!(error instanceof AppError)) throw error;
  if (!answer) return troubled('keys', noAnswer(error, apiUrl));
  if (answer.status === 404 && answer.body.trim() === 'Project not found') {
    return {
      check: 'keys',
      status: 'failed',
      code: 'PROJECT_UNKNOWN',
      message: `${apiUrl} does not know the project ${quote(projectId)}.`,
      remedy:
        'Copy STACK_PROJECT_ID from the dashboard again. With a self-hosted provider check STACK_API_URL too.',
    };
  }
  if (answer.status !== 200) return troubled('keys', oddAnswer(answer, apiUrl));
  return {
    check: 'keys',
    status: 'failed',
    code: 'KEYS_UNUSABLE',
    message: `${apiUrl} answers, but without keys that the server can use (${error.message}).`,
    remedy:
      'Make sure that STACK_API_URL is the URL of the provider itself, and that no proxy or portal answers instead.',
  };
}

function readAnswer(answer: UpstreamAnswer | undefined): Pick<Fetched, 'published' | 'cacheControl' | 'age'> {
  const { keys } = JSON.parse(answer?.body ?? '{}') as { readonly keys?: readonly unknown[] };
  const { 'cache-control': cacheControl, age } = answer?.headers ?? {};
  return { published: keys?.length ?? 0, cacheControl, age };
}
