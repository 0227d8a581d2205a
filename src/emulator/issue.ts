import { SignJWT } from 'jose';
import { buildClaims } from './claims.ts';
import type { Project } from './project.ts';
import type { Provider } from './provider.ts';
import type { EmulatedUser } from './user.ts';

/** The access token of a session, as the provider makes it now: by the class that the user now is of. */
export function issueAccessToken(
  provider: Provider,
  session: { readonly project: Project; readonly user: EmulatedUser; readonly sessionId: string },
): Promise<string> {
  const { project, user, sessionId } = session;
  const { kid, privateKey } = project.keys.signing(user.kind);
  const claims = buildClaims({
    user,
    kind: user.kind,
    projectId: project.id,
    sessionId,
    issuerBase: provider.url,
    issuedAt: Math.floor(provider.now() / 1000),
    expiresIn: provider.accessTokenLifetime,
  });
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
}
