// The checks that every request to the emulated API passes before its endpoint.
import { type AccessToken, readAccessToken } from './access-token.ts';
import type { AccessType } from './access-type.ts';
import { KnownError } from './known-errors.ts';
import type { Project } from './project.ts';
import { checkKey } from './project-keys.ts';
import { findProject, type Provider } from './provider.ts';
import { type EmulatorContext, readBody, readHeader } from './request.ts';
import type { EmulatedUser } from './user.ts';

/** A request that passed the checks, with the user that it acts for. */
export interface CheckedRequest {
  readonly accessType: AccessType;
  readonly project: Project;
  readonly body: unknown;
  readonly token: AccessToken | undefined;
  /** The current state of the token's user; undefined without a token, and when the user was deleted. */
  readonly user: EmulatedUser | undefined;
}

/**
 * Makes the checks of contract 3 in their order: body, access type, project id, token, project, key, branch, and whether
 * the endpoint allows this access type. Throws the known error of the first check that fails; so an expired token hides a
 * wrong key (M 34), and a token hides an unknown project (M 25).
 */
export async function checkRequest(
  c: EmulatorContext,
  provider: Provider,
  allowed: readonly AccessType[],
): Promise<CheckedRequest> {
  const body = await readBody(c);
  const accessType = readAccessType(c);
  const projectId = readHeader(c, 'project-id');
  if (!projectId) {
    throw new KnownError(
      'ACCESS_TYPE_WITHOUT_PROJECT_ID',
      `Access type '${accessType}' without a project id.`,
      {
        request_type: accessType,
      },
    );
  }
  const token = await readToken(c, provider, projectId);
  const project = findProject(provider, projectId);
  if (!project) {
    throw new KnownError('CURRENT_PROJECT_NOT_FOUND', `The project ${projectId} was not found.`, {
      project_id: projectId,
    });
  }
  checkKey(c, accessType, project);
  checkBranch(c);
  checkAllowed(accessType, allowed);
  return { accessType, project, body, token, user: token && project.users.find(token.userId) };
}

/** The user that `me` stands for. Throws `CANNOT_GET_OWN_USER_WITHOUT_USER` (M 18; M 102 for a deleted user). */
export function requireUser({ user }: CheckedRequest): EmulatedUser {
  if (user) return user;
  throw new KnownError('CANNOT_GET_OWN_USER_WITHOUT_USER', "'me' was requested without a user.");
}

function readAccessType(c: EmulatorContext): AccessType {
  const given = readHeader(c, 'access-type');
  if (given === 'client' || given === 'server' || given === 'admin') return given;
  if (given !== undefined) {
    throw new KnownError('INVALID_ACCESS_TYPE', `The access type must be 'client', 'server' or 'admin'.`);
  }
  const keys = [
    'publishable-client-key',
    'secret-server-key',
    'super-secret-admin-key',
    'admin-access-token',
  ];
  if (keys.some((name) => readHeader(c, name))) {
    throw new KnownError('PROJECT_KEY_WITHOUT_ACCESS_TYPE', 'A key was given, but no access type.');
  }
  throw new KnownError('ACCESS_TYPE_REQUIRED', 'An access type is required.');
}

async function readToken(
  c: EmulatorContext,
  provider: Provider,
  projectId: string,
): Promise<AccessToken | undefined> {
  const given = readHeader(c, 'access-token');
  if (!given) return undefined;
  const token = await readAccessToken(provider, given);
  if (token.projectId !== projectId) {
    throw new KnownError('INVALID_PROJECT_FOR_ACCESS_TOKEN', 'Access token not valid for this project.', {
      expected_project_id: projectId,
      actual_project_id: token.projectId,
    });
  }
  const anonymousAllowed = readHeader(c, 'allow-anonymous-user') === 'true';
  if (token.kind === 'anonymous' && !anonymousAllowed) {
    throw new KnownError('ANONYMOUS_AUTHENTICATION_NOT_ALLOWED', 'The token is for an anonymous user.');
  }
  const restrictedAllowed = anonymousAllowed || readHeader(c, 'allow-restricted-user') === 'true';
  if (token.kind === 'restricted' && !restrictedAllowed) {
    throw new KnownError(
      'RESTRICTED_USER_NOT_ALLOWED',
      'The user in the access token is in restricted state.',
      {
        restricted_reason: { type: token.restrictedReason },
      },
    );
  }
  return token;
}

function checkBranch(c: EmulatorContext): void {
  const branch = readHeader(c, 'branch-id') ?? 'main';
  if (branch === 'main') return;
  throw new KnownError('BRANCH_DOES_NOT_EXIST', `The branch with ID ${branch} does not exist.`, {
    branch_id: branch,
  });
}

function checkAllowed(accessType: AccessType, allowed: readonly AccessType[]): void {
  if (allowed.includes(accessType)) return;
  throw new KnownError('INSUFFICIENT_ACCESS_TYPE', `Access type '${accessType}' is not enough.`, {
    actual_access_type: accessType,
    allowed_access_types: allowed,
  });
}
