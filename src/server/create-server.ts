// The server: the steps, Yoga with one plugin, and the two ways to ask it.
import type { RequestListener } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { checkPersistedDocuments } from '../documents/check-persisted-documents.ts';
import { createDocumentRules } from '../documents/document-rules.ts';
import { createOperationStore } from '../documents/operation-store.ts';
import { ID_PARAMS } from '../documents/persisted-documents.ts';
import { clientAddressOf } from '../pipeline/client-address.ts';
import { createContextFactory } from '../pipeline/context.ts';
import { createReportErrors } from '../pipeline/error-report.ts';
import { maskError, maskErrorWithoutSuggestions } from '../pipeline/mask-error.ts';
import { createPipeline } from '../pipeline/pipeline.ts';
import type { Step } from '../pipeline/step.ts';
import { createSteps } from '../pipeline/steps.ts';
import { createStreams } from '../pipeline/streams.ts';
import type { Services } from '../process/services.ts';
import type { CreateLoaders } from '../request/loaders.ts';
import { AnswerPace } from './answer-pace.ts';
import { createSchema } from './app-schema.ts';
import { type ConnectionEvents, createConnectionEvents } from './client-errors.ts';
import { createClientLimits } from './client-limits.ts';
import { DocumentPace } from './document-pace.ts';
import { createFastPath } from './fast-path.ts';
import { createFetch } from './fetch.ts';
import { createGraphiql } from './graphiql/graphiql.ts';
import type { PageExtension } from './graphiql/page.ts';
import { createNodeListener } from './node-listener.ts';
import type { Page } from './page.ts';
import { createResponseLimit } from './response-limit.ts';
import { createRest, REST_PATHS } from './rest.ts';
import { createRouter } from './route.ts';
import { createSubscribe } from './subscription.ts';
import type { WebhookHandlers } from './webhook-handlers.ts';
import { createWebhooks, type ReceiveWebhook, type WebhooksOptions } from './webhooks.ts';
import { useSteps } from './yoga.ts';
import type { ServerContext } from './yoga-routes.ts';

/** A server that has opened no port. */
export interface Server {
  readonly schema: GraphQLSchema;
  /** Answers a request within the process. */
  fetch(input: Request | string | URL, init?: RequestInit): Promise<Response>;
  /** Answers requests of node:http. */
  readonly listener: RequestListener;
  /** For the port that the listener listens on. */
  readonly connectionEvents: ConnectionEvents;
}

/** How the server is made. */
export interface ServerOptions {
  /** The schema of an app; by default our own types alone. */
  readonly schema?: GraphQLSchema;
  /** The data sources of the app, which resolvers get. */
  readonly sources?: object;
  /** Creates the app's loaders for each execution that reads one. */
  readonly createLoaders?: CreateLoaders | undefined;
  /** Steps of the app, after the server's own. */
  readonly steps?: readonly Step[];
  /** The app's handlers of webhooks. */
  readonly webhooks?: WebhookHandlers | undefined;
  /** What is served beside GraphQL. */
  readonly pages?: readonly Page[];
  /** Yoga or envelop plugins of others. They see what Yoga answers, so the fast path is off with them. */
  readonly plugins?: readonly Plugin[];
  /** What GraphiQL's page shows besides GraphiQL. */
  readonly graphiql?: PageExtension;
}

/** Yoga's own health check answers every URL that ends in its path; no URL ends in a space. */
const NO_HEALTH_CHECK = ' ';

/**
 * Creates the server. The caller that started the services also closes them. Throws `AppError` `INVALID_CONFIGURATION` where
 * persisted documents do not fit the schema.
 */
export function createServer(services: Services, options: ServerOptions = {}): Server {
  const {
    schema = createSchema({}),
    sources = {},
    createLoaders,
    steps = [],
    plugins = [],
    graphiql,
  } = options;
  const { config, logger, events, traffic, health } = services;
  const { persisted, documentLimits: limits, introspection, executionTimeout: timeout } = config;
  if (persisted) checkPersistedDocuments({ documents: persisted.documents, schema, limits });

  const mask = introspection ? maskError : maskErrorWithoutSuggestions;
  const reportErrors = createReportErrors({ logger, mask });
  const createContext = createContextFactory(services, { sources, createLoaders });
  const pages = [...(config.graphiql ? [createGraphiql(graphiql)] : []), ...(options.pages ?? [])];
  const router = createRouter({
    basePath: config.basePath,
    restPaths: config.restApi ? REST_PATHS : [],
    webhooks: config.webhookSecret !== undefined,
    pages,
  });
  const { refusalOf } = router;
  const streams = createStreams(services);
  const ownSteps = createSteps({ services, createContext, streams, refusalOf });
  const pipeline = createPipeline(ownSteps, { logger, teamSteps: steps });
  const store = createOperationStore();
  const rules = createDocumentRules({ limits, introspection });
  const subscribe = createSubscribe({ createContext, traffic, timeout, logger, emit: events.emit });
  const pace = new AnswerPace();
  const responseLimit = createResponseLimit({
    limit: config.responseLimit,
    schema,
    reportErrors,
    emit: events.emit,
    pace,
  });
  const rest = createRest({ pipeline, router, limit: config.responseLimit, pace, emit: events.emit });
  const webhooks = createReceiver(services, { pipeline, sources, handlers: options.webhooks });
  const adapter = {
    pipeline,
    router,
    health,
    rest,
    webhooks,
    rules,
    persisted,
    store,
    mask,
    reportErrors,
    responseLimit,
    pace,
    subscribe,
  };

  const yoga = createYoga<ServerContext, ServerContext>({
    schema,
    graphqlEndpoint: router.endpoint,
    extraParamNames: [...ID_PARAMS],
    plugins: [useSteps(adapter), ...plugins],
    maxRequestBodySize: config.bodyLimit,
    // `isDev` would otherwise follow NODE_ENV and send stacks.
    maskedErrors: { maskError: mask, isDev: false },
    // The store of operations keeps documents once they are valid; Yoga would keep errors as well.
    parserAndValidationCache: false,
    cors: false,
    batching: false,
    multipart: false,
    landingPage: false,
    healthCheckEndpoint: NO_HEALTH_CHECK,
    // Errors are logged by the error report; Yoga would log every refusal.
    logging: false,
    graphiql: false,
  });

  const isFast = config.preparedOperations && plugins.length === 0;
  if (config.preparedOperations && !isFast) {
    const hooks = plugins.map((plugin) => Object.keys(plugin));
    logger.info(
      { plugins: hooks },
      'The fast path is off: Yoga plugins of others would not see its requests',
    );
  }
  const fastPath = isFast ? createFastPath({ ...adapter, schema, emit: events.emit }) : undefined;
  const { bodyLimit } = config;
  const { budgets, unread } = createClientLimits(services);
  return {
    schema,
    fetch: createFetch({ yoga, pipeline, router, traffic }),
    listener: createNodeListener({
      ...{ pipeline, router, rest, webhooks, bodyLimit, budgets, unread, yoga, fastPath, reportErrors },
      documentPace: new DocumentPace(services.clock),
      addressOf: (exchange) => clientAddressOf(exchange, services.readAddress),
    }),
    connectionEvents: createConnectionEvents(services, budgets),
  };
}

/** Milliseconds for which the provider waits for the answer to an event (contract, IDENTITY.md, section 3.2). */
const SENDER_TIMEOUT = 15_000;

/** The receiver of webhooks, where there is a secret to verify them with. */
function createReceiver(
  { config, reads, logger, events }: Services,
  options: Pick<WebhooksOptions, 'pipeline' | 'sources' | 'handlers'>,
): ReceiveWebhook | undefined {
  const { webhookSecret: secret, executionTimeout } = config;
  const timeout = Math.min(executionTimeout, SENDER_TIMEOUT);
  if (secret !== undefined)
    return createWebhooks({ ...options, secret, copies: reads.copies, timeout, logger, emit: events.emit });
  if (options.handlers)
    logger.warn('The app has handlers of webhooks, but STACK_WEBHOOK_SECRET is not set: none is received');
  return undefined;
}
