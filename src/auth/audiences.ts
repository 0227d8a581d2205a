// The three classes of users, told apart by audience and issuer (contract, section 1.2).

/** How the provider sorts users: signed up, signed up but held back, or a visitor with no account. */
export type UserClass = 'ordinary' | 'restricted' | 'anonymous';

/** What a token of one class must name as its issuer: the same path on each host of the provider. */
export interface Audience {
  readonly userClass: UserClass;
  readonly issuers: string[];
}

/** The audiences of a project by their whole `aud`. Hosts carry no trailing slash. */
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
