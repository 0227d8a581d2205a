// GraphQL Yoga with its own JWT plugin. Tuned: nothing is logged below errors, no GraphiQL, no landing page, no CORS;
// parsed and validated documents are kept (Yoga's default), and so are the keys (jwks-rsa's default). The rate limit counts by
// user: its store keeps the time of every call in the window, and goes through those of one identity at each request.
import { createServer } from 'node:http';
import { useRateLimiter } from '@envelop/rate-limiter';
import { createRemoteJwksSigningKeyProvider, extractFromHeader, useJWT } from '@graphql-yoga/plugin-jwt';
import { createSchema, createYoga } from 'graphql-yoga';
import { audiences, clockTolerance, issuers, jwksUrl, port, tokenHeader } from './shared/provider.mjs';
import { createContext, resolvers, typeDefs } from './shared/schema.mjs';
import { BEYOND_REACH, createRequestLog, limitsRates, logsRequests } from './shared/setting.mjs';

const limits = useRateLimiter({
  identifyFn: ({ user }) => user?.sub ?? '',
  configByField: [{ type: 'Query', field: '*', max: BEYOND_REACH, window: '1m' }],
});

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  plugins: [
    useJWT({
      signingKeyProviders: [createRemoteJwksSigningKeyProvider({ jwksUri: jwksUrl })],
      tokenLookupLocations: [extractFromHeader({ name: tokenHeader })],
      tokenVerification: { algorithms: ['ES256'], audience: audiences, issuer: issuers, clockTolerance },
      extendContext: true,
      reject: { missingToken: false, invalidToken: true },
    }),
    ...(limitsRates ? [limits] : []),
  ],
  context: ({ jwt }) => createContext(jwt?.payload, jwt?.token.value),
  logging: 'error',
  graphiql: false,
  landingPage: false,
  cors: false,
});

const log = createRequestLog();
const listener = logsRequests
  ? (request, response) => {
      log(request, response);
      return yoga(request, response);
    }
  : yoga;
createServer(listener).listen(port, '127.0.0.1');
