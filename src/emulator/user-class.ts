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

/** The `iss` of a class of users (contract 1.2). */
export function issuerOf(kind: UserKind, base: string, projectId: string): string {
  return `${base}/api/v1/${ISSUER_PATHS[kind]}/${projectId}`;
}

/** The `aud` of a class of users (contract 1.2). */
export function audienceOf(kind: UserKind, projectId: string): string {
  return `${projectId}${AUDIENCE_SUFFIXES[kind]}`;
}

/** The project and the class that an `aud` names, compared as a whole; undefined when it names neither. */
export function readAudience(
  audience: string,
): { readonly projectId: string; readonly kind: UserKind } | undefined {
  const [projectId, ...rest] = audience.split(':');
  const suffix = rest.length === 0 ? '' : `:${rest.join(':')}`;
  const kind = KINDS.find((each) => AUDIENCE_SUFFIXES[each] === suffix);
  return projectId && kind ? { projectId, kind } : undefined;
}

const KINDS: readonly UserKind[] = ['ordinary', 'restricted', 'anonymous'];
