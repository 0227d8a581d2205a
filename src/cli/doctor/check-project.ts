// Whether the provider accepts the server's calls, by one `GET /projects/current` for each type of access: it changes
// nothing and needs no user.
import type { Config } from '../../core/config/config.ts';
import type { Upstream } from '../../core/upstream.ts';
import { knownErrorOf } from '../../provider/outcomes.ts';
import { clientHeaders, serverHeaders } from '../../provider/send.ts';
import { type Check, type Finding, quote } from './finding.ts';
import { type Project, readProject } from './read-project.ts';
import { noAnswer, oddAnswer, type Trouble, troubled } from './trouble.ts';

/** What both checks need. */
export interface ProjectCheck {
  readonly upstream: Upstream;
  readonly config: Config;
}

/** The finding, and the project where the provider has returned it. */
export interface CheckedProject {
  readonly finding: Finding;
  readonly project?: Project;
}

/** A type of access to the provider. */
interface Access {
  readonly check: Check;
  readonly headers: (config: Config) => Readonly<Record<string, string>>;
  readonly accepted: (project: Project, config: Config) => Trouble;
  readonly keyRefused: (config: Config) => Trouble;
}

const SERVER: Access = {
  check: 'secret-key',
  headers: serverHeaders,
  accepted: (project) => accepts('STACK_SECRET_SERVER_KEY', 'SECRET_KEY_GOOD', project),
  keyRefused: ({ projectId }) =>
    refuses('STACK_SECRET_SERVER_KEY', 'SECRET_KEY_WRONG', {
      projectId,
      remedy: 'create a new one in the dashboard of this project, under API keys.',
    }),
};

/** Without a key set, the project must not require one. */
const CLIENT: Access = {
  check: 'client-key',
  headers: clientHeaders,
  accepted: (project, { publishableClientKey }) =>
    publishableClientKey === undefined
      ? {
          status: 'ok',
          code: 'CLIENT_KEY_NOT_NEEDED',
          message: 'Calls with the rights of a user need no STACK_PUBLISHABLE_CLIENT_KEY in this project.',
        }
      : accepts('STACK_PUBLISHABLE_CLIENT_KEY', 'CLIENT_KEY_GOOD', project),
  keyRefused: ({ projectId, publishableClientKey }) =>
    publishableClientKey === undefined
      ? {
          status: 'failed',
          code: 'CLIENT_KEY_REQUIRED',
          message:
            'The project requires a publishable client key, so teams, permissions, sessions and every mutation fail.',
          remedy:
            'Set STACK_PUBLISHABLE_CLIENT_KEY from the dashboard of this project, or switch the requirement off there.',
        }
      : refuses('STACK_PUBLISHABLE_CLIENT_KEY', 'CLIENT_KEY_WRONG', {
          projectId,
          remedy: 'copy it from the dashboard again.',
        }),
};

const WRONG_KEY = new Set<string | undefined>([
  'INVALID_SECRET_SERVER_KEY',
  'SERVER_AUTHENTICATION_REQUIRED',
  'INVALID_PUBLISHABLE_CLIENT_KEY',
  'PUBLISHABLE_CLIENT_KEY_REQUIRED_FOR_PROJECT',
]);
const UNKNOWN_PROJECT = new Set<string | undefined>(['CURRENT_PROJECT_NOT_FOUND', 'PROJECT_NOT_FOUND']);

/** Checks whether the provider accepts the secret server key, with which profiles are fetched. */
export function checkServerAccess(check: ProjectCheck): Promise<CheckedProject> {
  return checkAccess(SERVER, check);
}

/** Checks whether the provider accepts calls with a user's own rights, with which all else is read and changed. */
export function checkClientAccess(check: ProjectCheck): Promise<CheckedProject> {
  return checkAccess(CLIENT, check);
}

async function checkAccess(access: Access, { upstream, config }: ProjectCheck): Promise<CheckedProject> {
  const { check } = access;
  const { apiUrl, projectId } = config;
  let answer: Awaited<ReturnType<Upstream['get']>>;
  try {
    answer = await upstream.get({ path: '/api/v1/projects/current', headers: access.headers(config) });
  } catch (error) {
    return { finding: troubled(check, noAnswer(error, apiUrl)) };
  }
  const project = answer.status === 200 ? readProject(answer.body) : undefined;
  if (project?.id === projectId)
    return { project, finding: troubled(check, access.accepted(project, config)) };
  const refusal = knownErrorOf(answer);
  if (refusal === undefined) return { finding: troubled(check, oddAnswer(answer, apiUrl)) };
  const trouble = WRONG_KEY.has(refusal) ? access.keyRefused(config) : otherRefusal(refusal, projectId);
  return { finding: { check, ...trouble, details: { knownError: refusal } } };
}

function accepts(variable: string, code: Finding['code'], { name }: Project): Trouble {
  return {
    status: 'ok',
    code,
    message: `The provider accepts ${variable} for the project "${quote(name)}".`,
    details: { project: name },
  };
}

function refuses(
  variable: string,
  code: Finding['code'],
  { projectId, remedy }: { readonly projectId: string; readonly remedy: string },
): Trouble {
  return {
    status: 'failed',
    code,
    message: `The provider refuses ${variable}: it was revoked, has expired, or belongs to another project.`,
    remedy: `Check that it belongs to project ${quote(projectId)}, or ${remedy}`,
  };
}

function otherRefusal(refusal: string, projectId: string): Trouble {
  if (UNKNOWN_PROJECT.has(refusal)) {
    return {
      status: 'failed',
      code: 'PROJECT_UNKNOWN',
      message: `The provider does not know the project ${quote(projectId)}.`,
      remedy:
        'Copy STACK_PROJECT_ID from the dashboard again. With a self-hosted provider check STACK_API_URL too.',
    };
  }
  return {
    status: 'failed',
    code: 'PROVIDER_REFUSES',
    message: `The provider refuses to return the project: ${quote(refusal)}.`,
    remedy: 'See docs/operations.md, and check whether there is a newer version of this server.',
  };
}
