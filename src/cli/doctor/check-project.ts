// The keys of the project, by the cheapest question that needs them: `GET /projects/current`, which changes nothing,
// needs no user and is asked once for each key.
import type { Config } from '../../core/config/config.ts';
import type { Upstream } from '../../core/http-client.ts';
import { knownErrorOf } from '../../provider/outcomes.ts';
import { clientHeaders, serverHeaders } from '../../provider/send.ts';
import { type Check, type Finding, quote } from './finding.ts';
import { noAnswer, oddAnswer, troubled } from './trouble.ts';

/** What the checks of keys need. */
export interface ProjectCheck {
  readonly upstream: Upstream;
  readonly config: Config;
}

interface Key {
  readonly check: Check;
  readonly variable: string;
  readonly good: Finding['code'];
  readonly wrong: Finding['code'];
  readonly remedy: string;
  readonly headers: (config: Config) => Readonly<Record<string, string>>;
}

const SECRET: Key = {
  check: 'secret-key',
  variable: 'STACK_SECRET_SERVER_KEY',
  good: 'SECRET_KEY_GOOD',
  wrong: 'SECRET_KEY_WRONG',
  remedy: 'make a new one in the dashboard, under API keys, in this very project.',
  headers: serverHeaders,
};

const CLIENT: Key = {
  check: 'client-key',
  variable: 'STACK_PUBLISHABLE_CLIENT_KEY',
  good: 'CLIENT_KEY_GOOD',
  wrong: 'CLIENT_KEY_WRONG',
  remedy: 'copy it from the dashboard again, or leave it out: the server does not need it.',
  headers: clientHeaders,
};

const WRONG_KEY = new Set<string | undefined>([
  'INVALID_SECRET_SERVER_KEY',
  'SERVER_AUTHENTICATION_REQUIRED',
  'INVALID_PUBLISHABLE_CLIENT_KEY',
  'PUBLISHABLE_CLIENT_KEY_REQUIRED_FOR_PROJECT',
]);
const UNKNOWN_PROJECT = new Set<string | undefined>(['CURRENT_PROJECT_NOT_FOUND', 'PROJECT_NOT_FOUND']);

/** Asks the provider whether the secret server key is good. */
export function checkSecretKey(check: ProjectCheck): Promise<Finding> {
  return checkKey(SECRET, check);
}

/** Asks the provider whether the publishable client key is good, as a frontend would. */
export function checkClientKey(check: ProjectCheck): Promise<Finding> {
  return checkKey(CLIENT, check);
}

async function checkKey(key: Key, { upstream, config }: ProjectCheck): Promise<Finding> {
  const { check, variable } = key;
  const { apiUrl, projectId } = config;
  let answer: Awaited<ReturnType<Upstream['get']>>;
  try {
    answer = await upstream.get({ path: '/api/v1/projects/current', headers: key.headers(config) });
  } catch (error) {
    return troubled(check, noAnswer(error, apiUrl));
  }
  const project = answer.status === 200 ? readProject(answer.body) : undefined;
  if (project?.id === projectId) {
    return {
      check,
      status: 'ok',
      code: key.good,
      message: `The provider accepts ${variable} for the project "${quote(project.name)}".`,
      details: { project: project.name },
    };
  }
  const refusal = knownErrorOf(answer);
  if (WRONG_KEY.has(refusal)) {
    return {
      check,
      status: 'failed',
      code: key.wrong,
      message: `The provider refuses ${variable}: it was revoked, has expired, or is of another project.`,
      remedy: `Check that it belongs to project ${quote(projectId)}, or ${key.remedy}`,
      details: { knownError: refusal },
    };
  }
  if (UNKNOWN_PROJECT.has(refusal)) {
    return {
      check,
      status: 'failed',
      code: 'PROJECT_UNKNOWN',
      message: `The provider does not know the project ${quote(projectId)}.`,
      remedy:
        'Copy STACK_PROJECT_ID from the dashboard again; for a provider of your own, check STACK_API_URL too.',
      details: { knownError: refusal },
    };
  }
  if (refusal === undefined) return troubled(check, oddAnswer(answer, apiUrl));
  return {
    check,
    status: 'failed',
    code: 'PROVIDER_REFUSES',
    message: `The provider refuses the question for the project: ${quote(refusal)}.`,
    remedy: 'See docs/operations.md, and whether the provider has a newer version than this server knows.',
    details: { knownError: refusal },
  };
}

function readProject(body: string): { readonly id: unknown; readonly name: unknown } | undefined {
  try {
    const { id, display_name: name } = JSON.parse(body) as Readonly<Record<string, unknown>>;
    return { id, name };
  } catch {
    return undefined;
  }
}
