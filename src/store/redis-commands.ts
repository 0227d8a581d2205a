// Commands to Redis and their answers: how many wait, how long, and what came of each.
import type { Clock } from '../core/clock.ts';
import type { Emit, RedisFailure } from '../core/events.ts';
import { codeOfError, type RedisCommand, type RedisReply } from './redis-command.ts';
import type { RedisLink } from './redis-link.ts';

/** What commands need of their connection. */
export interface RedisCommandsOptions {
  readonly emit: Emit;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Whether the connection still uses this link. */
  isCurrent(link: RedisLink): boolean;
  /** Is called where an answer says that the server cannot be used. */
  onUnusable(link: RedisLink, code: string): void;
}

/** Commands without an answer. Further ones are skipped. */
const MAX_UNANSWERED = 2_000;

/** Answers of a server that cannot be used at present: it loads its data, or became a replica. */
const UNUSABLE = ['LOADING', 'READONLY', 'MASTERDOWN', 'NOAUTH'];

const SKIPPED: RedisReply = { kind: 'failed', because: 'skipped' };

/** The commands of one connection. */
export class RedisCommands {
  readonly #options: RedisCommandsOptions;
  #unanswered = 0;

  constructor(options: RedisCommandsOptions) {
    this.#options = options;
  }

  /** Sends a command, and waits `timeout` milliseconds for its answer; skips it without a link. Never rejects. */
  async send(link: RedisLink | undefined, command: RedisCommand, timeout: number): Promise<RedisReply> {
    if (!link || this.#unanswered >= MAX_UNANSWERED) {
      this.#emit(command, 'skipped', 0);
      return SKIPPED;
    }
    const began = this.#options.clock.monotonic();
    const reply = await inTime(this.#answer(link, command), timeout);
    const seconds = (this.#options.clock.monotonic() - began) / 1000;
    this.#emit(command, reply.kind === 'reply' ? 'ok' : reply.because, seconds);
    return reply;
  }

  /** Resolves when Redis has answered, however late. */
  async #answer(link: RedisLink, command: RedisCommand): Promise<RedisReply> {
    this.#unanswered += 1;
    try {
      return { kind: 'reply', value: await sendTo(link, command) };
    } catch (error) {
      const code = codeOfError(error);
      if (UNUSABLE.includes(code)) this.#options.onUnusable(link, code);
      return { kind: 'failed', because: this.#options.isCurrent(link) ? 'refused' : 'lost' };
    } finally {
      this.#unanswered -= 1;
    }
  }

  #emit({ name }: RedisCommand, outcome: RedisFailure | 'ok', seconds: number): void {
    this.#options.emit({ kind: 'redis-command', command: name, outcome, seconds });
  }
}

/** The answer, unless it comes too late. What has arrived while this process was busy is in time. */
export function inTime<T>(
  answer: Promise<T>,
  timeout: number,
): Promise<T | Extract<RedisReply, { kind: 'failed' }>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => setImmediate(() => resolve({ kind: 'failed', because: 'timeout' })),
      timeout,
    );
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** A script is sent by its hash, and once more with its text where Redis does not have it. */
async function sendTo(link: RedisLink, command: RedisCommand): Promise<unknown> {
  if ('words' in command) return link.send(command.words);
  const { script, keys, args } = command;
  const rest = [String(keys.length), ...keys, ...args];
  try {
    return await link.send(['EVALSHA', script.sha, ...rest]);
  } catch (error) {
    if (codeOfError(error) !== 'NOSCRIPT') throw error;
    return link.send(['EVAL', script.text, ...rest]);
  }
}
