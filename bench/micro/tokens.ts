// From token to claims: verified, and remembered.
import { decodeProtectedHeader, importJWK, type JWK, jwtVerify } from 'jose';
import { bench, do_not_optimize, group } from 'mitata';
import { startKeySet } from '../../src/auth/key-set.ts';
import { createVerify } from '../../src/auth/verify.ts';
import { createUpstream } from '../../src/core/http-client.ts';
import type { Setting } from './setting.ts';

/** Registers the benchmarks; what it gives closes what they need. */
export async function registerTokens({ services, token, keySetUrl, issuer, projectId }: Setting) {
  const { authenticate, config, logger } = services;
  const { keys: published } = (await (await fetch(keySetUrl)).json()) as { readonly keys: readonly JWK[] };
  const { kid } = decodeProtectedHeader(token);
  const key = await importJWK({ ...published.find((each) => each.kid === kid) }, 'ES256');
  const rules = { algorithms: ['ES256'], audience: projectId, issuer, requiredClaims: ['sub', 'exp'] };

  const upstream = createUpstream({ url: config.apiUrl, connections: 1, timeout: 5_000 });
  const keys = startKeySet({ source: { upstream, projectId }, logger, maxStale: 86_400_000 });
  const verify = createVerify({ projectId, issuerUrls: config.issuerUrls, keys });
  const header = (name: string) => (name === 'x-stack-access-token' ? token : undefined);
  await verify(token);
  await authenticate(header);

  group('token', () => {
    bench('verify: jose alone, imported key', async () =>
      do_not_optimize(await jwtVerify(token, key, rules)),
    );
    bench('verify: ours, claims parsed', async () => do_not_optimize(await verify(token)));
    bench('authenticate: remembered, counted', async () => do_not_optimize(await authenticate(header)));
  });
  return async () => {
    keys.close();
    await upstream.close();
  };
}
