// Apollo Server 5 in Express 5 with jose. Tuned: no ETag for answers that must not be stored, no X-Powered-By, neither
// landing page nor usage reports; parsed and validated documents are kept (Apollo's default).
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import { GraphQLError } from 'graphql';
import { port, tokenHeader } from './shared/provider.mjs';
import { createContext, resolvers, typeDefs } from './shared/schema.mjs';
import { BEYOND_REACH, createRequestLog, limitsRates, logsRequests } from './shared/setting.mjs';
import { verify } from './shared/verify-by-jose.mjs';

const app = express();
app.disable('etag');
app.disable('x-powered-by');
if (logsRequests) app.use(createRequestLog());
// Per address and in memory, its default.
if (limitsRates) app.use(rateLimit({ windowMs: 60_000, limit: BEYOND_REACH }));
const httpServer = createServer(app);

const apollo = new ApolloServer({
  typeDefs,
  resolvers,
  introspection: false,
  includeStacktraceInErrorResponses: false,
  plugins: [ApolloServerPluginDrainHttpServer({ httpServer }), ApolloServerPluginLandingPageDisabled()],
});
await apollo.start();

app.use(
  '/graphql',
  express.json(),
  expressMiddleware(apollo, {
    context: async ({ req }) => {
      const token = req.headers[tokenHeader];
      return createContext(token && (await verify(token).catch(refuse)), token);
    },
  }),
);

httpServer.listen(port, '127.0.0.1');

function refuse() {
  throw new GraphQLError('Invalid access token', {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
  });
}
