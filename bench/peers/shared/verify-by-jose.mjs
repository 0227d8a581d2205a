// jose as its documentation has it: a remote key set, which keeps the keys it has imported, and jwtVerify.
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { audiences, clockTolerance, issuers, jwksUrl } from './provider.mjs';

const keys = createRemoteJWKSet(new URL(jwksUrl));

/** The payload of a good token; rejects for all others. */
export async function verify(token) {
  const { payload } = await jwtVerify(token, keys, {
    algorithms: ['ES256'],
    audience: audiences,
    issuer: issuers,
    requiredClaims: ['sub', 'exp'],
    clockTolerance,
  });
  return payload;
}
