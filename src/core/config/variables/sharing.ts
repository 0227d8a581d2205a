// What replicas share.
import { redisUrl } from '../variable-types.ts';
import type { Variable } from './variable.ts';

/** The rows of this section. */
export const SHARING = [
  {
    name: 'REDIS_URL',
    key: 'redisUrl',
    parser: redisUrl.optional(),
    meaning:
      'A Redis or Valkey server that replicas share: what is cached of users, changes that drop it, and rate limits',
  },
] as const satisfies readonly Variable[];
