// What is cached of the provider, and how it is called.
import { count, seconds } from '../variable-types.ts';
import type { Variable } from './variable.ts';

/** The rows of this section. */
export const PROFILES = [
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
] as const satisfies readonly Variable[];
