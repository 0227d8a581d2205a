// Every environment variable: what it takes, its default, and what is said of a value that is wrong.
import { z } from 'zod';
import { LOG_LEVELS } from '../logger.ts';
import { manifest } from './persisted-documents-file.ts';
import { count, flag, list, network, origin, reachableUrl, seconds, url } from './variable-types.ts';

const DASHBOARD = 'copy it from your project in the dashboard';

const secretServerKey = z
  .string({ error: `is missing: ${DASHBOARD}, under API keys` })
  .regex(/^[\x21-\x7e]+$/, { error: `holds a character that no key has: ${DASHBOARD} again` })
  .refine((value) => !/^(pck|sak)_/.test(value), {
    error: 'is another kind of key: the secret server key begins with ssk_',
  });

/** Every variable by name. The README's table is checked against this. */
export const variables = z.object({
  STACK_PROJECT_ID: z
    .string({ error: `is missing: ${DASHBOARD}` })
    .refine((value) => value === 'internal' || z.uuid().safeParse(value).success, {
      error: `must be a UUID: ${DASHBOARD}`,
    }),
  STACK_SECRET_SERVER_KEY: secretServerKey,
  STACK_PUBLISHABLE_CLIENT_KEY: z.string().startsWith('pck_', { error: 'must begin with pck_' }).optional(),
  STACK_API_URL: reachableUrl.default('https://api.stack-auth.com'),
  STACK_ISSUER_URL: url.optional(),
  HOST: z.string().default('0.0.0.0'),
  PORT: count(4000, { min: 0, max: 65_535 }),
  AUTH_REQUIRED: flag(false),
  CORS_ORIGINS: list(origin).default([]),
  GRAPHIQL: flag(false),
  INTROSPECTION: z.stringbool({ error: 'must be true or false' }).optional(),
  PROFILE_CACHE_TTL: seconds(30, { max: 3600 }),
  PROFILE_STALE_MAX: seconds(600, { max: 86_400 }),
  PROFILE_CACHE_MAX: count(10_000),
  JWKS_MAX_STALE: seconds(86_400, { min: 60 }),
  UPSTREAM_TIMEOUT: seconds(10, { min: 0.1, max: 120 }),
  UPSTREAM_CONCURRENCY: count(64, { max: 10_000 }),
  MAX_PROVIDER_CALLS: count(50),
  BODY_LIMIT: count(100_000, { min: 1000 }),
  MAX_TOKENS: count(2_000),
  MAX_DEPTH: count(12),
  MAX_ALIASES: count(30),
  MAX_ROOT_FIELDS: count(20),
  MAX_DIRECTIVES: count(50),
  MAX_REPEATS: count(100),
  MAX_COMPLEXITY: count(1_000),
  PREPARED_OPERATIONS: flag(true),
  PERSISTED_DOCUMENTS: manifest.optional(),
  PERSISTED_ONLY: flag(false),
  EXECUTION_TIMEOUT: seconds(15, { min: 0.1, max: 3600 }),
  MAX_IN_FLIGHT: count(1_000),
  RATE_LIMIT: z
    .union([z.literal('off'), count(600)], { error: 'must be a whole number from 1, or off' })
    .default(600),
  RATE_LIMIT_FAILED: count(60),
  TRUST_PROXY: z
    .union([count(0, { min: 0, max: 100 }), list(network)], {
      error: 'must be a number of proxies, or networks such as 10.0.0.0/8, separated by commas',
    })
    .default(0),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  METRICS_PORT: count(0, { min: 0, max: 65_535 }).removeDefault().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  SHUTDOWN_DELAY: seconds(5, { max: 3600 }),
  SHUTDOWN_GRACE: seconds(10, { max: 3600 }),
});
