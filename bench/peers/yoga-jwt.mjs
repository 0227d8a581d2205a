// GraphQL Yoga with its own JWT plugin. Tuned: nothing is logged below errors, no GraphiQL, no landing page, no CORS;
// parsed and validated documents are kept (Yoga's default), and so are the keys (jwks-rsa's default).
import { createServer } from 'node:http';
import { createRemoteJwksSigningKeyProvider, extractFromHeader, useJWT } from '@graphql-yoga/plugin-jwt';
import { createSchema, createYoga } from 'graphql-yoga';
import { audiences, clockTolerance, issuers, jwksUrl, port, tokenHeader } from './shared/provider.mjs';
import { createContext, resolvers, typeDefs } from './shared/schema.mjs';

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
  ],
  context: ({ jwt }) => createContext(jwt?.payload, jwt?.token.value),
  logging: 'error',
  graphiql: false,
  landingPage: false,
  cors: false,
});

createServer(yoga).listen(port, '127.0.0.1');
