// Issuer and audience of each kind of user.
import type { UserKind } from './user.ts';

const ISSUER_PATHS: Readonly<Record<UserKind, string>> = {
  ordinary: 'projects',
  restricted: 'projects-restricted-users',
  anonymous: 'projects-anonymous-users',
};

const AUDIENCE_SUFFIXES: Readonly<Record<UserKind, string>> = {
  ordinary: '',
  restricted: ':restricted',
  anonymous: ':anon',
};

/** The `iss` of a kind of user (contract 1.2). */
export function issuerOf(kind: UserKind, base: string, projectId: string): string {
  return `${base}/api/v1/${ISSUER_PATHS[kind]}/${projectId}`;
}

/** The `aud` of a kind of user (contract 1.2). */
export function audienceOf(kind: UserKind, projectId: string): string {
  return `${projectId}${AUDIENCE_SUFFIXES[kind]}`;
}

/** The project id and the kind of user in an `aud`; undefined when its suffix is unknown. */
export function readAudience(
  audience: string,
): { readonly projectId: string; readonly kind: UserKind } | undefined {
  const [projectId, ...rest] = audience.split(':');
  const suffix = rest.length === 0 ? '' : `:${rest.join(':')}`;
  const kind = KINDS.find((each) => AUDIENCE_SUFFIXES[each] === suffix);
  return projectId && kind ? { projectId, kind } : undefined;
}

const KINDS: readonly UserKind[] = ['ordinary', 'restricted', 'anonymous'];
