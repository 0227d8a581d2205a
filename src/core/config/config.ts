// The environment, read once and parsed into one typed value. All mistakes are reported together, each with its mend.
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import type { LOG_LEVELS } from '../logger.ts';
import type { Manifest } from './persisted-documents-file.ts';
import { flag } from './variable-types.ts';
import { variables } from './variables.ts';

/** Everything that an operator can decide. URLs carry no trailing slash; durations are in milliseconds. */
export interface Config {
  readonly projectId: string;
  readonly secretServerKey: string;
  readonly publishableClientKey: string | undefined;
  readonly apiUrl: string;
  /** Hosts that may stand in a token's `iss`: the API's and its sibling brand's, unless set. */
  readonly issuerUrls: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly authRequired: boolean;
  readonly corsOrigins: readonly string[];
  readonly graphiql: boolean;
  readonly introspection: boolean;
  readonly profileCache: { readonly ttl: number; readonly staleMax: number; readonly max: number };
  readonly jwksMaxStale: number;
  readonly upstreamTimeout: number;
  readonly upstreamConcurrency: number;
  readonly maxProviderCalls: number;
  readonly bodyLimit: number;
  readonly documentLimits: DocumentLimits;
  readonly preparedOperations: boolean;
  /** `undefined` knows none. */
  readonly persisted: PersistedDocuments | undefined;
  readonly executionTimeout: number;
  readonly maxInFlight: number;
  /** Per minute: requests of a user, failed verifications of an address. `undefined` counts nothing. */
  readonly rateLimit: { readonly requests: number; readonly failures: number } | undefined;
  /** How many proxies stand in front, or in which networks (CIDR) they are. */
  readonly trustProxy: number | readonly string[];
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** Where metrics are served; `undefined` serves none. */
  readonly metricsPort: number | undefined;
  /** Where traces are sent (OTLP over HTTP); `undefined` makes none. */
  readonly traceEndpoint: string | undefined;
  readonly shutdownDelay: number;
  readonly shutdownGrace: number;
}

/** What one document may hold. */
export interface DocumentLimits {
  readonly maxTokens: number;
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxRootFields: number;
  readonly maxDirectives: number;
  readonly maxRepeats: number;
  readonly maxComplexity: number;
}

/** Documents that clients may name by their ids, and whether they may send no others. */
export interface PersistedDocuments {
  readonly documents: Manifest;
  readonly only: boolean;
}

/** Environment variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration out of environment variables.
 *
 * Throws `AppError` `INVALID_CONFIGURATION` whose message names every mistake and how to mend it, a line each.
 */
export function readConfig(env: Environment): Config {
  const read = parseEnvironment(env);
  if (!('mistakes' in read)) return read.config;
  const { mistakes } = read;
  const heading = mistakes.length === 1 ? 'One mistake' : `${mistakes.length} mistakes`;
  const lines = mistakes.map((mistake) => `  - ${mistake}`).join('\n');
  throw new AppError(`${heading} in the environment:\n${lines}`, { code: 'INVALID_CONFIGURATION' });
}

/** Reads the same as `readConfig`, and gives every mistake, each with its mend, instead of throwing. */
export function parseEnvironment(
  env: Environment,
): { readonly config: Config } | { readonly mistakes: readonly string[] } {
  const mistakes: string[] = [];
  const found = Object.fromEntries(
    Object.keys(variables.shape).map((name) => [name, readVariable({ name, env, mistakes })]),
  );
  const parsed = variables.safeParse(found);
  for (const issue of parsed.error?.issues ?? []) mistakes.push(`${String(issue.path[0])} ${issue.message}`);
  mistakes.push(...persistedOnlyMistakes(found));
  return parsed.success && mistakes.length === 0 ? { config: toConfig(parsed.data) } : { mistakes };
}

function persistedOnlyMistakes(found: Environment): readonly string[] {
  const isOn = (name: string) => flag(false).safeParse(found[name]).data === true;
  if (!isOn('PERSISTED_ONLY')) return [];
  return [
    ...(found['PERSISTED_DOCUMENTS'] === undefined
      ? ['PERSISTED_ONLY leaves nothing to answer without PERSISTED_DOCUMENTS: set both']
      : []),
    ...(isOn('GRAPHIQL') ? ['GRAPHIQL writes documents of its own: set it or PERSISTED_ONLY to false'] : []),
  ];
}

function toConfig(data: z.infer<typeof variables>): Config {
  // The provider puts the path of an issuer in the place of its base URL's own.
  const issuer = new URL(data.STACK_ISSUER_URL ?? data.STACK_API_URL).origin;
  return {
    projectId: data.STACK_PROJECT_ID,
    secretServerKey: data.STACK_SECRET_SERVER_KEY,
    publishableClientKey: data.STACK_PUBLISHABLE_CLIENT_KEY,
    apiUrl: data.STACK_API_URL,
    issuerUrls: [...new Set([issuer, siblingBrand(issuer)])],
    host: data.HOST,
    port: data.PORT,
    authRequired: data.AUTH_REQUIRED,
    corsOrigins: data.CORS_ORIGINS,
    graphiql: data.GRAPHIQL,
    introspection: data.INTROSPECTION ?? data.GRAPHIQL,
    profileCache: {
      ttl: data.PROFILE_CACHE_TTL,
      staleMax: data.PROFILE_STALE_MAX,
      max: data.PROFILE_CACHE_MAX,
    },
    jwksMaxStale: data.JWKS_MAX_STALE,
    upstreamTimeout: data.UPSTREAM_TIMEOUT,
    upstreamConcurrency: data.UPSTREAM_CONCURRENCY,
    maxProviderCalls: data.MAX_PROVIDER_CALLS,
    bodyLimit: data.BODY_LIMIT,
    documentLimits: {
      maxTokens: data.MAX_TOKENS,
      maxDepth: data.MAX_DEPTH,
      maxAliases: data.MAX_ALIASES,
      maxRootFields: data.MAX_ROOT_FIELDS,
      maxDirectives: data.MAX_DIRECTIVES,
      maxRepeats: data.MAX_REPEATS,
      maxComplexity: data.MAX_COMPLEXITY,
    },
    preparedOperations: data.PREPARED_OPERATIONS,
    persisted: data.PERSISTED_DOCUMENTS && { documents: data.PERSISTED_DOCUMENTS, only: data.PERSISTED_ONLY },
    executionTimeout: data.EXECUTION_TIMEOUT,
    maxInFlight: data.MAX_IN_FLIGHT,
    rateLimit:
      data.RATE_LIMIT === 'off' ? undefined : { requests: data.RATE_LIMIT, failures: data.RATE_LIMIT_FAILED },
    trustProxy: data.TRUST_PROXY,
    logLevel: data.LOG_LEVEL,
    metricsPort: data.METRICS_PORT,
    traceEndpoint: data.OTEL_EXPORTER_OTLP_ENDPOINT,
    shutdownDelay: data.SHUTDOWN_DELAY,
    shutdownGrace: data.SHUTDOWN_GRACE,
  };
}

/** Other spellings of a variable: the provider's own exist under both brands, and frontends share the project id. */
export function spellingsOf(name: string): readonly string[] {
  if (!name.startsWith('STACK_')) return [name];
  const spellings = [name, name.replace('STACK_', 'HEXCLAVE_')];
  return name === 'STACK_PROJECT_ID' ? [...spellings, 'NEXT_PUBLIC_STACK_PROJECT_ID'] : spellings;
}

function readVariable({ name, env, mistakes }: { name: string; env: Environment; mistakes: string[] }) {
  const set = spellingsOf(name)
    .map((spelling) => ({ spelling, value: env[spelling]?.trim() }))
    .filter(({ value }) => value !== undefined && value !== '');
  const [first] = set;
  const other = set.find(({ value }) => value !== first?.value);
  if (first && /^(['"]).*\1$/.test(first.value ?? ''))
    mistakes.push(`${first.spelling} has quotes around it: leave them out`);
  if (first && other) mistakes.push(`${first.spelling} and ${other.spelling} differ: keep one of them`);
  return first?.value;
}

function siblingBrand(issuerUrl: string): string {
  const { host } = new URL(issuerUrl);
  if (host === 'stack-auth.com' || host.endsWith('.stack-auth.com')) {
    return issuerUrl.replace('stack-auth.com', 'hexclave.com');
  }
  if (host === 'hexclave.com' || host.endsWith('.hexclave.com')) {
    return issuerUrl.replace('hexclave.com', 'stack-auth.com');
  }
  return issuerUrl;
}
