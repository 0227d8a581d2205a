// What all clients together, or one of them, may take.
import { z } from 'zod';
import { count, proxies, wholeNumber } from '../variable-types.ts';
import type { Variable } from './variable.ts';

const rateLimit = z
  .union([z.literal('off'), wholeNumber()], { error: 'must be a whole number from 1, or off' })
  .describe('a whole number from 1, or off');

/** The rows of this section. */
export const LOAD = [
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
      'Requests per minute of one user in each process, or with `REDIS_URL` in all; `off` also turns the limits of addresses off',
  },
  {
    name: 'RATE_LIMIT_FAILED',
    key: 'rateLimitOf.failures',
    parser: count(60),
    meaning:
      'Failed token verifications per minute from one address in each process, or with `REDIS_URL` in all',
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
] as const satisfies readonly Variable[];
