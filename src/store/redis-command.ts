// What is asked of Redis, and what can come of it.
import { createHash } from 'node:crypto';
import type { RedisCommandName, RedisFailure } from '../core/events.ts';

/** A script, which Redis keeps by its hash. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

/** A command by its words, or a script with its keys and arguments. Metrics count it by its name. */
export type RedisCommand =
  | { readonly name: RedisCommandName; readonly words: readonly string[] }
  | {
      readonly name: RedisCommandName;
      readonly script: RedisScript;
      readonly keys: readonly string[];
      readonly args: readonly string[];
    };

/** What came of a command. A command that failed may have been executed, or may be executed later, unless it was `skipped`. */
export type RedisReply =
  | { readonly kind: 'reply'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly because: RedisFailure };

/** Two keys that are never set. A cluster keeps them in different slots. */
export const PROBE_KEYS = ['sag:probe', 'sag:probe:other'] as const;

/** A script for `RedisCommand`. */
export function redisScript(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/** The code of an error that Redis answered with, such as `OOM`, or of the connection's. Messages may repeat what was sent. */
export function codeOfError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const [first = ''] = error.message.split(' ', 1);
  return /^[A-Z]+$/.test(first) ? first : error.constructor.name;
}

/** Whether a value in an answer is a count or a time in milliseconds. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
