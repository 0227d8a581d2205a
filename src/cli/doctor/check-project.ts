// The API keys of the project, checked by one `GET /projects/current` for each: it changes nothing and needs no user.
import type { Config } from '../../core/config/config.ts';
import type { Upstream } from '../../core/http-client.ts';
import { knownErrorOf } from '../../provider/outcomes.ts';
import { clientHeaders, serverHeaders } from '../../provider/send.ts';
import { type Check, type Finding, quote } from './finding.ts';
import { noAnswer, oddAnswer, troubled } from './trouble.ts';

/** What both checks need. */
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
  remedy: 'create a new one in the dashboard of this project, under API keys.',
  headers: serverHeaders,
};

const CLIENT: Key = {
  check: 'client-key',
  variable: 'STACK_PUBLISHABLE_CLIENT_KEY',
  good: 'CLIENT_KEY_GOOD',
  wrong: 'CLIENT_KEY_WRONG',
  remedy: 'copy it from the dashboard again, or remove it: the server does not need it.',
  headers: clientHeaders,
};

const WRONG_KEY = new Set<string | undefined>([
  'INVALID_SECRET_SERVER_KEY',
  'SERVER_AUTHENTICATION_REQUIRED',
  'INVALID_PUBLISHABLE_CLIENT_KEY',
  'PUBLISHABLE_CLIENT_KEY_REQUIRED_FOR_PROJECT',
]);
const UNKNOWN_PROJECT = new Set<string | undefined>(['CURRENT_PROJECT_NOT_FOUND', 'PROJECT_NOT_FOUND']);

/** Checks whether the provider accepts the secret server key. */
export function checkSecretKey(check: ProjectCheck): Promise<Finding> {
  return checkKey(SECRET, check);
}

/** Checks whether the provider accepts the publishable client key, in a call such as a frontend makes. */
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
      message: `The provider refuses ${variable}: it was revoked, has expired, or belongs to another project.`,
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
        'Copy STACK_PROJECT_ID from the dashboard again. With a self-hosted provider check STACK_API_URL too.',
      details: { knownError: refusal },
    };
  }
  if (refusal === undefined) return troubled(check, oddAnswer(answer, apiUrl));
  return {
    check,
    status: 'failed',
    code: 'PROVIDER_REFUSES',
    message: `The provider refuses to return the project: ${quote(refusal)}.`,
    remedy: 'See docs/operations.md, and check whether there is a newer version of this server.',
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
