// The GraphQL server: Yoga with its plugins, in the order in which a request meets them.
import type { GraphQLError, GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { type Context, createContext } from './context.ts';
import type { PageExtension } from './graphiql/page.ts';
import { useGraphiql } from './graphiql/use-graphiql.ts';
import { leavesWith } from './lifetime.ts';
import { checkManifest } from './plugins/check-manifest.ts';
import { createDocumentCache, createTextCache } from './plugins/document-cache.ts';
import { maskError, maskErrorWithoutSuggestions } from './plugins/mask-error.ts';
import type { RequestState } from './plugins/request-state.ts';
import { useAuthentication } from './plugins/use-authentication.ts';
import { useCors } from './plugins/use-cors.ts';
import { useDocumentLimits } from './plugins/use-document-limits.ts';
import { useErrorReport } from './plugins/use-error-report.ts';
import { useExecutionTimeout } from './plugins/use-execution-timeout.ts';
import { useGraphqlJs } from './plugins/use-graphql-js.ts';
import { useHealth } from './plugins/use-health.ts';
import { useHiddenSchema } from './plugins/use-hidden-schema.ts';
import { useInFlightLimit } from './plugins/use-in-flight-limit.ts';
import { useMediaTypes } from './plugins/use-media-types.ts';
import { type OperationStore, useOperationStore } from './plugins/use-operation-store.ts';
import { usePersistedDocuments } from './plugins/use-persisted-documents.ts';
import { useRequestId } from './plugins/use-request-id.ts';
import { useRequestLog } from './plugins/use-request-log.ts';
import { useResponseHeaders } from './plugins/use-response-headers.ts';
import { useTracing } from './plugins/use-tracing.ts';
import { schema as ownSchema } from './schema/index.ts';
import type { Services } from './services.ts';

/** A server that answers `fetch` in process, and node's requests as a listener. */
export type Server = YogaServerInstance<RequestState, Context>;

/** How the server is made. */
export interface ServerOptions {
  /** A schema other than the server's own. */
  readonly schema?: GraphQLSchema;
  /** Yoga or envelop plugins of your own. They come after the server's own. */
  readonly plugins?: readonly Plugin[];
  /** What GraphiQL's page shows besides. */
  readonly graphiql?: PageExtension;
  /** Where operations are kept that were found good. */
  readonly operations?: OperationStore;
}

/** The server, and what else answers by the same rules needs of it. */
export interface ServerParts {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly mask: (error: unknown) => GraphQLError;
}

/** No URL ends in it. */
const NOWHERE = ' ';

/**
 * Makes the server. It opens no port, and closing the services is left to whoever started them. Throws `AppError`
 * `INVALID_CONFIGURATION` where persisted documents do not fit the schema.
 */
export function createServer(services: Services, options?: ServerOptions): Server {
  return createServerParts(services, options).server;
}

/** Makes the server and gives its parts. */
export function createServerParts(
  services: Services,
  { schema = ownSchema, plugins = [], graphiql, operations }: ServerOptions = {},
): ServerParts {
  const { config, logger, traffic, tracing } = services;
  if (config.persisted) checkManifest(config.persisted.documents, { schema, limits: config.documentLimits });
  const mask = config.introspection ? maskError : maskErrorWithoutSuggestions;
  const server = createYoga<RequestState, Context>({
    schema,
    context: (state) => {
      const { request, requestId = '', credentials } = state;
      const onUpstreamCall = () => {
        state.upstreamCalls = (state.upstreamCalls ?? 0) + 1;
      };
      const onLeave = leavesWith(request.signal);
      return createContext({ services, onLeave, requestId, credentials, onUpstreamCall });
    },
    plugins: [
      // The prepared way (prepared/listener.ts) does the same as each of these: what is added here is added there.
      ...(tracing ? [useTracing(tracing)] : []),
      useRequestId(),
      useCors(config.corsOrigins),
      useHealth(services),
      useRequestLog(services),
      useResponseHeaders(),
      ...(config.graphiql ? [useGraphiql(graphiql)] : []),
      useInFlightLimit({ max: config.maxInFlight, traffic }),
      useAuthentication(services),
      useMediaTypes(),
      ...(config.persisted ? [usePersistedDocuments(config.persisted)] : []),
      useDocumentLimits(config.documentLimits),
      ...(config.introspection ? [] : [useHiddenSchema()]),
      useGraphqlJs(),
      ...(operations ? [useOperationStore(operations)] : []),
      useExecutionTimeout({ timeout: config.executionTimeout }),
      useErrorReport({ logger }),
      ...plugins,
    ],
    cors: false,
    // `isDev` would otherwise follow NODE_ENV and send stacks.
    maskedErrors: { maskError: mask, isDev: false },
    parserAndValidationCache: {
      documentCache: createDocumentCache(),
      errorCache: createTextCache<object>(),
    },
    maxRequestBodySize: config.bodyLimit,
    batching: false,
    multipart: false,
    landingPage: false,
    // Yoga's own would answer every path that ends so, /graphql?query=…/health among them.
    healthCheckEndpoint: NOWHERE,
    // What matters is logged by useErrorReport; Yoga would log every refusal as an error.
    logging: false,
    // Ours is served by useGraphiql.
    graphiql: false,
  });
  return { server, schema, mask };
}
