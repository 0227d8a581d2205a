// The GraphQL server: Yoga with its plugins, in the order in which a request meets them.
import type { GraphQLError, GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { checkManifest } from '../documents/check-persisted-documents.ts';
import { createDocumentCache, createTextCache } from '../documents/document-cache.ts';
import { useDocumentLimits } from '../documents/document-limits.ts';
import { useHiddenSchema } from '../documents/hidden-schema.ts';
import { type OperationStore, useOperationStore } from '../documents/operation-store.ts';
import { usePersistedDocuments } from '../documents/persisted-documents.ts';
import { useAuthentication } from '../pipeline/authentication.ts';
import { useCors } from '../pipeline/cors.ts';
import { useErrorReport } from '../pipeline/error-report.ts';
import type { RequestState } from '../pipeline/exchange.ts';
import { useInFlightLimit } from '../pipeline/in-flight-limit.ts';
import { maskError, maskErrorWithoutSuggestions } from '../pipeline/mask-error.ts';
import { useMediaTypes } from '../pipeline/media-types.ts';
import { useRequestId } from '../pipeline/request-id.ts';
import { useRequestLog } from '../pipeline/request-log.ts';
import { useResponseHeaders } from '../pipeline/response-headers.ts';
import type { Step } from '../pipeline/step.ts';
import { useExecutionTimeout } from '../pipeline/time-limit.ts';
import { useTracing } from '../pipeline/tracing.ts';
import type { Services } from '../process/services.ts';
import { createCancellation, disconnectOf } from '../request/cancellation.ts';
import { createContext, type RequestContext } from '../request/context.ts';
import type { CreateLoaders } from '../request/loaders.ts';
import { createSchema } from './app-schema.ts';
import type { PageExtension } from './graphiql/page.ts';
import { useGraphiql } from './graphiql/use-graphiql.ts';
import { useHealth } from './health.ts';
import { useGraphqlJs } from './use-graphql-js.ts';

/** A server that answers `fetch` in process, and node's requests as a listener. */
export type Server = YogaServerInstance<RequestState, RequestContext>;

/** How the server is made. */
export interface ServerOptions {
  /** The schema of an app; by default our own types alone. */
  readonly schema?: GraphQLSchema;
  /** The app's data sources, loaders and steps. */
  readonly sources?: object;
  readonly createLoaders?: CreateLoaders | undefined;
  readonly steps?: readonly Step[];
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
  {
    schema = createSchema({}),
    sources = {},
    createLoaders,
    plugins = [],
    graphiql,
    operations,
  }: ServerOptions = {},
): ServerParts {
  const { config, logger, traffic, tracing, fetchProfile } = services;
  if (config.persisted) checkManifest(config.persisted.documents, { schema, limits: config.documentLimits });
  const mask = config.introspection ? maskError : maskErrorWithoutSuggestions;
  const server = createYoga<RequestState, RequestContext>({
    schema,
    context: (state) => {
      const { request, requestId = '', credentials } = state;
      const onUpstreamCall = () => {
        state.upstreamCalls = (state.upstreamCalls ?? 0) + 1;
      };
      return createContext({
        fetchProfile,
        sources,
        createLoaders,
        requestId,
        credentials,
        cancellation: createCancellation(disconnectOf(request.signal)),
        onUpstreamCall,
      });
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
