// graphql-http, the reference of GraphQL over HTTP, on node:http with jose. Tuned: it keeps no documents of its own, so
// parsed and validated ones are kept here, as all the others do; a bad token ends before GraphQL.
import { createServer } from 'node:http';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { parse, validate } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { port, tokenHeader } from './shared/provider.mjs';
import { createContext, resolvers, typeDefs } from './shared/schema.mjs';
import { BEYOND_REACH, createRequestLog, limitsRates, logsRequests } from './shared/setting.mjs';
import { verify } from './shared/verify-by-jose.mjs';

const documents = new LRUCache({ max: 1000 });
const validated = new WeakMap();
const users = new WeakMap();

const handle = createHandler({
  schema: makeExecutableSchema({ typeDefs, resolvers }),
  parse: (source) => {
    if (typeof source !== 'string') return parse(source);
    const known = documents.get(source) ?? parse(source);
    documents.set(source, known);
    return known;
  },
  validate: (schema, document, ...rest) => {
    const known = validated.get(document) ?? validate(schema, document, ...rest);
    validated.set(document, known);
    return known;
  },
  context: ({ raw }) => createContext(users.get(raw), raw.headers[tokenHeader]),
});

const REFUSAL = JSON.stringify({
  errors: [{ message: 'Invalid access token', extensions: { code: 'UNAUTHENTICATED' } }],
});

const log = createRequestLog();
const limiter = new RateLimiterMemory({ points: BEYOND_REACH, duration: 60 });

createServer(async (request, response) => {
  if (logsRequests) log(request, response);
  // It rejects where the limit is reached.
  if (limitsRates) await limiter.consume(request.socket.remoteAddress);
  const token = request.headers[tokenHeader];
  try {
    if (token) users.set(request, await verify(token));
  } catch {
    request.resume();
    response
      .writeHead(401, { 'content-type': 'application/json', 'content-length': REFUSAL.length })
      .end(REFUSAL);
    return;
  }
  await handle(request, response);
}).listen(port, '127.0.0.1');
