// Mercurius on Fastify with mercurius-auth and fast-jwt. Tuned: graphql-jit from the first request on, and fast-jwt's
// cache with room for as many tokens as our server remembers, keyed by the token itself (the default hashes it anew for
// each look-up). Keys are turned into PEM once. undici's pool for the provider, and DataLoader and not Mercurius' loaders, which would call once per field.
import { createPublicKey } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import { createVerifier } from 'fast-jwt';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import mercuriusAuth from 'mercurius-auth';
import { audiences, clockTolerance, issuers, jwksUrl, port, tokenHeader } from './shared/provider.mjs';
import { createContext, resolvers, typeDefs } from './shared/schema.mjs';
import { BEYOND_REACH, limitsRates, logsRequests } from './shared/setting.mjs';

let pems = await fetchKeys();
setInterval(async () => {
  pems = await fetchKeys();
}, 600_000).unref();

const verify = createVerifier({
  key: async ({ header }) => pems.get(header.kid),
  algorithms: ['ES256'],
  allowedAud: audiences,
  allowedIss: issuers,
  requiredClaims: ['sub', 'exp'],
  clockTolerance: clockTolerance * 1000,
  cache: 10_000,
  cacheKeyBuilder: (token) => token,
});

// Fastify's own log, of pino: two lines a request.
const app = Fastify({ logger: logsRequests });
// Per address and in memory, its default. It counts for the routes that are added after it.
if (limitsRates) await app.register(rateLimit, { max: BEYOND_REACH, timeWindow: '1 minute' });
app.register(mercurius, {
  schema: typeDefs,
  resolvers,
  jit: 1,
  graphiql: false,
  context: ({ headers }) => Object.assign(createContext(undefined, headers[tokenHeader]), { headers }),
});
app.register(mercuriusAuth, {
  authContext: async (context) => {
    const token = context.headers[tokenHeader];
    if (token === undefined) return {};
    try {
      context.user = await verify(token);
      return { user: context.user };
    } catch {
      throw new mercurius.ErrorWithProps('Invalid access token', { code: 'UNAUTHENTICATED' }, 401);
    }
  },
  applyPolicy: (_policy, _parent, _args, context) => context.auth.user !== undefined,
  mode: 'external',
  policy: { Query: { me: true, session: true } },
});
await app.listen({ port, host: '127.0.0.1' });

async function fetchKeys() {
  const { keys } = await (await fetch(jwksUrl)).json();
  const toPem = (jwk) => createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  return new Map(keys.map((jwk) => [jwk.kid, toPem(jwk)]));
}
