// Genuine access tokens.
import { SignJWT } from 'jose';
import { buildClaims } from './claims.ts';
import type { Project } from './project.ts';
import type { Provider } from './provider.ts';
import type { EmulatedUser } from './user.ts';

/** Issues an access token for a session, by the current kind of the user, as the provider does. */
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
