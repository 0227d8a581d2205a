// The one table of environment variables. Parsing, the type `Config`, docs/configuration.md and the doctor's checks are
// derived from it: a new variable is one row.
import { z } from 'zod';
import { LOG_LEVELS } from '../log.ts';
import { SAMPLERS } from '../trace-settings.ts';
import { manifest } from './persisted-documents-file.ts';
import { projectId, publishableClientKey, secretServerKey } from './project-keys.ts';
import {
  basePath,
  count,
  flag,
  flagWithoutDefault,
  origins,
  proxies,
  proxyUrl,
  seconds,
  secureUrl,
  url,
  wholeNumber,
} from './variable-types.ts';

/** A row of the table. */
export interface Variable {
  readonly name: string;
  /** The key in `Config`. A dot makes a nested key. */
  readonly key: string;
  /** Parses the text, or `undefined` where the variable is not set. The parser holds the default. */
  readonly parser: z.ZodType;
  /** One sentence for docs/configuration.md, without its final period. */
  readonly meaning: string;
}

const rateLimit = z
  .union([z.literal('off'), wholeNumber()], { error: 'must be a whole number from 1, or off' })
  .describe('a whole number from 1, or off');

/** A variable of OpenTelemetry, whose standard demands a warning and no more for a wrong value: core/trace-settings.ts. */
const otel = (accepts: string) => z.string().describe(accepts).optional();

const port = { min: 0, max: 65_535 };

/** The variables by section of docs/configuration.md, in the order of that page. */
export const SECTIONS = {
  provider: [
    {
      name: 'STACK_PROJECT_ID',
      key: 'projectId',
      parser: projectId,
      meaning: 'The project whose tokens are accepted; it determines audience, issuer and key set',
    },
    {
      name: 'STACK_SECRET_SERVER_KEY',
      key: 'secretServerKey',
      parser: secretServerKey,
      meaning: 'Authorizes calls to the provider; tokens are verified without it',
    },
    {
      name: 'STACK_PUBLISHABLE_CLIENT_KEY',
      key: 'publishableClientKey',
      parser: publishableClientKey.optional(),
      meaning: 'Sent to the provider when set; the provider does not require it from a server',
    },
    {
      name: 'STACK_API_URL',
      key: 'apiUrl',
      parser: secureUrl.prefault('https://api.stack-auth.com'),
      meaning:
        'The base URL of the provider without `/api/v1`, for a self-hosted provider or the other brand',
    },
    {
      name: 'STACK_ISSUER_URL',
      key: 'issuerUrl',
      parser: url.optional(),
      meaning:
        'The origin in the `iss` of tokens, if browsers reach the provider by another name than this server',
    },
    {
      name: 'HTTPS_PROXY',
      key: 'proxy.https',
      parser: proxyUrl.optional(),
      meaning: 'The proxy through which the provider is called, if `STACK_API_URL` is https',
    },
    {
      name: 'HTTP_PROXY',
      key: 'proxy.http',
      parser: proxyUrl.optional(),
      meaning: 'The same if it is http; also for https where `HTTPS_PROXY` is not set',
    },
    {
      name: 'NO_PROXY',
      key: 'proxy.exceptions',
      parser: z
        .string()
        .describe('host names, separated by commas; a name includes its subdomains, `*` is every host')
        .optional(),
      meaning: 'Hosts that are called without the proxy',
    },
  ],
  serving: [
    {
      name: 'HOST',
      key: 'host',
      parser: z.string().describe('an address to listen on').prefault('0.0.0.0'),
      meaning: 'Set it to `127.0.0.1` behind a proxy on the same machine; `npm run dev` does so by default',
    },
    {
      name: 'PORT',
      key: 'port',
      parser: count(4000, port),
      meaning: 'The port of the server; 0 takes a free port, which the log names',
    },
    {
      name: 'BASE_PATH',
      key: 'basePath',
      parser: basePath.prefault(''),
      meaning:
        'The prefix of every path but `/health` and `/ready`, such as `/team` for `/team/graphql`; a proxy must not remove it',
    },
    {
      name: 'AUTH_REQUIRED',
      key: 'authRequired',
      parser: flag(false),
      meaning: 'Refuse every request without a token with 401, instead of serving the public fields',
    },
    {
      name: 'CORS_ORIGINS',
      key: 'corsOrigins',
      parser: origins.prefault(''),
      meaning: 'Origins whose pages may send requests',
    },
    {
      name: 'GRAPHIQL',
      key: 'graphiql',
      parser: flag(false),
      meaning: 'Serve GraphiQL at `/graphql`; `npm run dev` turns it on',
    },
    {
      name: 'INTROSPECTION',
      key: 'introspection',
      parser: flagWithoutDefault.optional(),
      meaning: 'Allow introspection and "Did you mean" in errors; if not set, the value of `GRAPHIQL`',
    },
  ],
  profiles: [
    {
      name: 'PROFILE_CACHE_TTL',
      key: 'profileCache.ttl',
      parser: seconds(30, { max: 3600 }),
      meaning:
        'How long a cached profile, and what else is cached of users, is served without a new call; 0 turns the cache off',
    },
    {
      name: 'PROFILE_STALE_MAX',
      key: 'profileCache.staleMax',
      parser: seconds(600, { max: 86_400 }),
      meaning: 'The maximum age of a cached value that is served while the provider fails',
    },
    {
      name: 'PROFILE_CACHE_MAX',
      key: 'profileCache.max',
      parser: count(10_000, { max: 1_000_000 }),
      meaning:
        'How many profiles, lists of teams and other values are cached, a quarter of them for anonymous users',
    },
    {
      name: 'PROFILE_CACHE_BYTES',
      key: 'profileCache.maxBytes',
      parser: count(25_165_824, { min: 65_536 }),
      meaning:
        'The memory for them in bytes, a quarter of it for anonymous users; an ordinary profile takes about 2,000',
    },
    {
      name: 'JWKS_MAX_STALE',
      key: 'jwksMaxStale',
      parser: seconds(86_400, { min: 60 }),
      meaning:
        "How long the provider's keys are trusted while they cannot be refreshed; after that, tokens get 503",
    },
    {
      name: 'UPSTREAM_TIMEOUT',
      key: 'upstreamTimeout',
      parser: seconds(10, { min: 0.1, max: 120 }),
      meaning: 'The time limit for one complete response of the provider',
    },
    {
      name: 'UPSTREAM_CONCURRENCY',
      key: 'upstreamConcurrency',
      parser: count(64, { max: 10_000 }),
      meaning:
        'How many calls to the provider may be active, a quarter of them for anonymous users; as many more are queued, and further calls fail at once',
    },
    {
      name: 'MAX_PROVIDER_CALLS',
      key: 'maxProviderCalls',
      parser: count(50),
      meaning:
        'Calls to the provider that one request or event of a subscription may make; further fields are null with `LIMIT_EXCEEDED`',
    },
  ],
  limits: [
    {
      name: 'BODY_LIMIT',
      key: 'bodyLimit',
      parser: count(100_000, { min: 1000 }),
      meaning: 'The maximum size of a request body in bytes',
    },
    {
      name: 'RESPONSE_LIMIT',
      key: 'responseLimit',
      parser: count(1_048_576, { min: 10_000 }),
      meaning:
        'The maximum size of an answer, or of one event of a subscription, in bytes; a larger one is replaced by `LIMIT_EXCEEDED`',
    },
    {
      name: 'MAX_TOKENS',
      key: 'documentLimits.maxTokens',
      parser: count(2_000),
      meaning: 'Lexical tokens in a document, counted before it is parsed',
    },
    {
      name: 'MAX_DEPTH',
      key: 'documentLimits.maxDepth',
      parser: count(12),
      meaning: 'Levels of nested fields; introspection has a limit of its own, so that GraphiQL works',
    },
    {
      name: 'MAX_ALIASES',
      key: 'documentLimits.maxAliases',
      parser: count(30),
      meaning: 'Aliases, counted after fragments are expanded',
    },
    {
      name: 'MAX_ROOT_FIELDS',
      key: 'documentLimits.maxRootFields',
      parser: count(20),
      meaning: 'Root fields, counted after fragments are expanded',
    },
    {
      name: 'MAX_DIRECTIVES',
      key: 'documentLimits.maxDirectives',
      parser: count(50),
      meaning: 'Directives, counted after fragments are expanded',
    },
    {
      name: 'MAX_REPEATS',
      key: 'documentLimits.maxRepeats',
      parser: count(100),
      meaning:
        'Fields of the same name that have a selection set or arguments, which validation compares pair by pair',
    },
    {
      name: 'MAX_COMPLEXITY',
      key: 'documentLimits.maxComplexity',
      parser: count(1_000),
      meaning:
        'The complexity: each field counts 1, or what its `complexity` extension computes from the variables',
    },
    {
      name: 'PREPARED_OPERATIONS',
      key: 'preparedOperations',
      parser: flag(true),
      meaning: 'Execute operations that were validated before on the fast path',
    },
    {
      name: 'PERSISTED_DOCUMENTS',
      key: 'persistedDocuments',
      parser: manifest.optional(),
      meaning: 'The manifest of documents that clients may name by id',
    },
    {
      name: 'PERSISTED_ONLY',
      key: 'persistedOnly',
      parser: flag(false),
      meaning: 'Refuse every other document; requires `PERSISTED_DOCUMENTS`, and excludes `GRAPHIQL`',
    },
    {
      name: 'EXECUTION_TIMEOUT',
      key: 'executionTimeout',
      parser: seconds(15, { min: 0.1, max: 3600 }),
      meaning: 'The time limit for one request; fields that are not resolved by then are null with `TIMEOUT`',
    },
  ],
  load: [
    {
      name: 'MAX_IN_FLIGHT',
      key: 'maxInFlight',
      parser: count(1_000),
      meaning: 'How many requests are served at the same time; further requests get 503',
    },
    {
      name: 'MAX_CONNECTIONS',
      key: 'maxConnections',
      parser: count(4_000),
      meaning:
        'How many connections are open at the same time; beyond it the one that is idle the longest is closed',
    },
    {
      name: 'MAX_BODIES',
      key: 'maxBodies',
      parser: count(2_000, { min: 2 }),
      meaning:
        'How many request bodies arrive at the same time, half of it from one address; beyond it the slowest is cut',
    },
    {
      name: 'BODIES_LIMIT',
      key: 'bodiesLimit',
      parser: count(8_388_608, { min: 100_000 }),
      meaning:
        'The bytes that all arriving bodies have sent, half of it for one address; beyond it the slowest is cut. At least twice `BODY_LIMIT` counts',
    },
    {
      name: 'MIN_RATE',
      key: 'minRate',
      parser: count(1_024, { min: 0 }),
      meaning:
        'The bytes per second at which a client must send its body, after 5 seconds, and take its answer, over 15; 0 turns it off for bodies',
    },
    {
      name: 'UNREAD_LIMIT',
      key: 'unreadLimit',
      parser: count(16_777_216, { min: 1_000_000 }),
      meaning:
        'The bytes of answers that all clients together have not taken; beyond it the slowest client is cut',
    },
    {
      name: 'MAX_STREAMS',
      key: 'maxStreams',
      parser: count(1_000),
      meaning: 'How many subscriptions may be open at the same time; further ones get 503',
    },
    {
      name: 'MAX_STREAMS_PER_USER',
      key: 'maxStreamsPerUser',
      parser: count(10),
      meaning:
        'How many subscriptions one user may have open, or one address without a token; further ones get 429',
    },
    {
      name: 'RATE_LIMIT',
      key: 'rateLimit',
      parser: rateLimit.prefault('600'),
      meaning:
        'Requests per minute of one user in each process; `off` also turns the limits of addresses off',
    },
    {
      name: 'RATE_LIMIT_FAILED',
      key: 'rateLimitOf.failures',
      parser: count(60),
      meaning: 'Failed token verifications per minute from one address in each process',
    },
    {
      name: 'RATE_LIMIT_ANONYMOUS_USERS',
      key: 'rateLimitOf.anonymousUsers',
      parser: count(600),
      meaning:
        'Anonymous users per minute from one address that a process has not seen before; signed-in users are not counted',
    },
    {
      name: 'RATE_LIMIT_ANONYMOUS_CALLS',
      key: 'rateLimitOf.anonymousCalls',
      parser: count(600),
      meaning:
        'Calls to the provider per minute for all anonymous users of one address in each process; further fields are stale, or null with `RATE_LIMITED`',
    },
    {
      name: 'TRUST_PROXY',
      key: 'trustProxy',
      parser: proxies.prefault('0'),
      meaning: 'The proxies in front of the server whose `X-Forwarded-For` is trusted',
    },
  ],
  operation: [
    {
      name: 'LOG_LEVEL',
      key: 'logLevel',
      parser: z
        .enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` })
        .describe(LOG_LEVELS.join(', '))
        .prefault('info'),
      meaning: 'The least severe level that is logged; `info` includes one line per request',
    },
    {
      name: 'METRICS_PORT',
      key: 'metricsPort',
      parser: wholeNumber(port).optional(),
      meaning: 'Serve Prometheus metrics at `/metrics` on this port, without authentication',
    },
    {
      name: 'SHUTDOWN_DELAY',
      key: 'shutdownDelay',
      parser: seconds(5, { max: 3600 }),
      meaning: 'How long connections are still accepted after SIGTERM, while `/ready` answers 503',
    },
    {
      name: 'SHUTDOWN_GRACE',
      key: 'shutdownGrace',
      parser: seconds(10, { max: 3600 }),
      meaning: 'How long the remaining requests may take after `SHUTDOWN_DELAY`',
    },
  ],
  traces: [
    {
      name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      key: 'traces.baseUrl',
      parser: otel('an http or https URL'),
      meaning: 'Send traces to this URL, to which `/v1/traces` is added',
    },
    {
      name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
      key: 'traces.url',
      parser: otel('an http or https URL'),
      meaning: 'Send traces to exactly this URL instead',
    },
    {
      name: 'OTEL_EXPORTER_OTLP_HEADERS',
      key: 'traces.headers',
      parser: otel('`name=value`, percent-encoded, separated by commas'),
      meaning:
        'Headers for the collector, such as `Authorization=Bearer%20…`; `OTEL_EXPORTER_OTLP_TRACES_HEADERS` as well',
    },
    {
      name: 'OTEL_EXPORTER_OTLP_TIMEOUT',
      key: 'traces.timeout',
      parser: otel('milliseconds; if not set, 10000'),
      meaning:
        'The time limit for sending one batch, retries included; `OTEL_EXPORTER_OTLP_TRACES_TIMEOUT` as well',
    },
    {
      name: 'OTEL_EXPORTER_OTLP_PROTOCOL',
      key: 'traces.protocol',
      parser: otel('`http/json`'),
      meaning: 'Only `http/json` is supported; anything else is warned of',
    },
    {
      name: 'OTEL_SERVICE_NAME',
      key: 'traces.serviceName',
      parser: otel('a name; if not set, `stack-auth-graphql`'),
      meaning: 'The service name in traces',
    },
    {
      name: 'OTEL_RESOURCE_ATTRIBUTES',
      key: 'traces.resourceAttributes',
      parser: otel('`name=value`, percent-encoded, separated by commas'),
      meaning: 'Attributes of all spans, such as `deployment.environment.name=production`',
    },
    {
      name: 'OTEL_TRACES_SAMPLER',
      key: 'traces.sampler',
      parser: otel(SAMPLERS.join(', ')),
      meaning: 'Which requests are traced; if not set, `parentbased_always_on`',
    },
    {
      name: 'OTEL_TRACES_SAMPLER_ARG',
      key: 'traces.samplerArg',
      parser: otel('a number from 0 to 1'),
      meaning: 'The part of the requests that the samplers with `traceidratio` trace; if not set, all',
    },
    {
      name: 'OTEL_TRACES_EXPORTER',
      key: 'traces.exporter',
      parser: otel('otlp, none'),
      meaning: '`none` turns traces off; `otlp` without an endpoint sends them to `http://localhost:4318`',
    },
    {
      name: 'OTEL_SDK_DISABLED',
      key: 'traces.disabled',
      parser: otel('true or false'),
      meaning: '`true` turns traces off',
    },
  ],
} as const satisfies Readonly<Record<string, readonly Variable[]>>;

/** A section of docs/configuration.md. */
export type Section = keyof typeof SECTIONS;

/** All rows, in the order of docs/configuration.md. */
export const VARIABLES = Object.values(SECTIONS).flat();
