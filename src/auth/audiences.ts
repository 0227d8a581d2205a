// The three classes of users. A token's audience and issuer name the class (contract, section 1.2).

/** Ordinary: signed up. Restricted: signed up, but the account is held back. Anonymous: a visitor without an account. */
export type UserClass = 'ordinary' | 'restricted' | 'anonymous';

/** A class, and the issuers that its tokens may name: the same path on each host of the provider. */
export interface Audience {
  readonly userClass: UserClass;
  readonly issuers: string[];
}

/** The audiences of a project, by the full value of `aud`. `issuerUrls` have no trailing slash. */
export function audiencesOf({
  projectId,
  issuerUrls,
}: {
  readonly projectId: string;
  readonly issuerUrls: readonly string[];
}): ReadonlyMap<string, Audience> {
  const issuers = (folder: string) => issuerUrls.map((host) => `${host}/api/v1/${folder}/${projectId}`);
  return new Map<string, Audience>([
    [projectId, { userClass: 'ordinary', issuers: issuers('projects') }],
    [`${projectId}:restricted`, { userClass: 'restricted', issuers: issuers('projects-restricted-users') }],
    [`${projectId}:anon`, { userClass: 'anonymous', issuers: issuers('projects-anonymous-users') }],
  ]);
}
