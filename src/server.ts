// The GraphQL server: Yoga with its plugins, in the order in which a request meets them.
import { useDisableIntrospection } from '@graphql-yoga/plugin-disable-introspection';
import type { GraphQLSchema } from 'graphql';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import { type Context, createContext } from './context.ts';
import { corsFor } from './plugins/cors.ts';
import { type GraphiqlHeaders, graphiqlOptions } from './plugins/graphiql.ts';
import { maskError } from './plugins/mask-error.ts';
import type { RequestState } from './plugins/request-state.ts';
import { useAuthentication } from './plugins/use-authentication.ts';
import { useErrorReport } from './plugins/use-error-report.ts';
import { useMediaTypes } from './plugins/use-media-types.ts';
import { useRequestId } from './plugins/use-request-id.ts';
import { useResponseHeaders } from './plugins/use-response-headers.ts';
import { schema as ownSchema } from './schema/index.ts';
import type { Services } from './services.ts';

/** A server that answers `fetch` in process, and node's requests as a listener. */
export type Server = YogaServerInstance<RequestState, Context>;

/** A schema other than the server's own is for tests; `graphiqlHeaders` are for development. */
export interface ServerOptions {
  readonly schema?: GraphQLSchema;
  readonly graphiqlHeaders?: GraphiqlHeaders | undefined;
}

/** Makes the server. It opens no port, and closing the services is left to whoever started them. */
export function createServer(
  services: Services,
  { schema = ownSchema, graphiqlHeaders }: ServerOptions = {},
): Server {
  const { config, logger } = services;
  return createYoga<RequestState, Context>({
    schema,
    context: ({ request, requestId = '', credentials }) =>
      createContext({ services, request, requestId, credentials }),
    plugins: [
      useRequestId(),
      useResponseHeaders(),
      useAuthentication(services),
      useMediaTypes(),
      useErrorReport({ logger }),
      !config.introspection && useDisableIntrospection(),
    ].filter((plugin) => plugin !== false),
    cors: corsFor(config.corsOrigins),
    // `isDev` would otherwise follow NODE_ENV and send stacks.
    maskedErrors: { maskError, isDev: false },
    maxRequestBodySize: config.bodyLimit,
    batching: false,
    multipart: false,
    landingPage: false,
    // What matters is logged by useErrorReport; Yoga would log every refusal as an error.
    logging: false,
    ...(config.graphiql ? graphiqlOptions(graphiqlHeaders) : { graphiql: false }),
  });
}
