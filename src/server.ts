// The GraphQL server: Yoga with its plugins, in the order in which a request meets them.
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { type Context, createContext } from './context.ts';
import { corsFor } from './plugins/cors.ts';
import { type GraphiqlHeaders, graphiqlOptions } from './plugins/graphiql.ts';
import { maskError, maskErrorWithoutSuggestions } from './plugins/mask-error.ts';
import type { RequestState } from './plugins/request-state.ts';
import { useAuthentication } from './plugins/use-authentication.ts';
import { useDocumentLimits } from './plugins/use-document-limits.ts';
import { useErrorReport } from './plugins/use-error-report.ts';
import { useExecutionTimeout } from './plugins/use-execution-timeout.ts';
import { useHealth } from './plugins/use-health.ts';
import { useHiddenSchema } from './plugins/use-hidden-schema.ts';
import { useInFlightLimit } from './plugins/use-in-flight-limit.ts';
import { useMediaTypes } from './plugins/use-media-types.ts';
import { useRequestId } from './plugins/use-request-id.ts';
import { useRequestLog } from './plugins/use-request-log.ts';
import { useResponseHeaders } from './plugins/use-response-headers.ts';
import { useTracing } from './plugins/use-tracing.ts';
import { schema as ownSchema } from './schema/index.ts';
import type { Services } from './services.ts';

/** A server that answers `fetch` in process, and node's requests as a listener. */
export type Server = YogaServerInstance<RequestState, Context>;

/** A schema other than the server's own is for tests; `graphiqlHeaders` are for development. */
export interface ServerOptions {
  readonly schema?: GraphQLSchema;
  readonly graphiqlHeaders?: GraphiqlHeaders | undefined;
}

/** No URL ends in it. */
const NOWHERE = ' ';

/** Makes the server. It opens no port, and closing the services is left to whoever started them. */
export function createServer(
  services: Services,
  { schema = ownSchema, graphiqlHeaders }: ServerOptions = {},
): Server {
  const { config, logger } = services;
  return createYoga<RequestState, Context>({
    schema,
    context: (state) => {
      const { request, requestId = '', credentials } = state;
      const onUpstreamCall = () => {
        state.upstreamCalls = (state.upstreamCalls ?? 0) + 1;
      };
      return createContext({ services, request, requestId, credentials, onUpstreamCall });
    },
    plugins: [
      ...(services.tracing ? [useTracing(services.tracing)] : []),
      useRequestId(),
      useHealth(services),
      useRequestLog(services),
      useResponseHeaders(),
      useInFlightLimit({ max: config.maxInFlight, traffic: services.traffic }),
      useAuthentication(services),
      useMediaTypes(),
      useDocumentLimits(config.documentLimits),
      ...(config.introspection ? [] : [useHiddenSchema()]),
      useExecutionTimeout({ timeout: config.executionTimeout }),
      useErrorReport({ logger }),
    ],
    cors: corsFor(config.corsOrigins),
    // `isDev` would otherwise follow NODE_ENV and send stacks.
    maskedErrors: { maskError: config.introspection ? maskError : maskErrorWithoutSuggestions, isDev: false },
    parserAndValidationCache: {
      documentCache: createTextCache<DocumentNode>(),
      errorCache: createTextCache(),
    },
    maxRequestBodySize: config.bodyLimit,
    batching: false,
    multipart: false,
    landingPage: false,
    // Yoga's own would answer every path that ends so, /graphql?query=…/health among them.
    healthCheckEndpoint: NOWHERE,
    // What matters is logged by useErrorReport; Yoga would log every refusal as an error.
    logging: false,
    ...(config.graphiql ? graphiqlOptions(graphiqlHeaders) : { graphiql: false }),
  });
}

/** Keeps what is known of documents by their text, bounded by the texts' length: large ones must not fill the memory. */
function createTextCache<Value extends object>(): LRUCache<string, Value> {
  return new LRUCache({ max: 1_000, maxSize: 4_000_000, sizeCalculation: (_value, text) => text.length + 1 });
}
