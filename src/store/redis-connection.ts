// The connection to Redis of one process: it is opened again for ever, and is skipped while Redis does not answer in time.
import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/events.ts';
import { codeOfError, PROBE_KEYS, type RedisCommand, type RedisReply } from './redis-command.ts';
import { inTime, RedisCommands } from './redis-commands.ts';
import type { OpeningLink, RedisLink } from './redis-link.ts';
import type { StoreState } from './store.ts';

/** A connection that may be down: nothing waits for it longer than `commandTimeout`, and no method throws or rejects. */
export interface RedisConnection {
  readonly state: StoreState;
  /** Sends a command that a request waits for: for 50 ms at most, and not at all while Redis is down or slow. */
  run(command: RedisCommand): Promise<RedisReply>;
  /** Sends a command that nothing waits for, also while Redis is slow. It has seconds, and does not count for the breaker. */
  post(command: RedisCommand): Promise<RedisReply>;
  /** Adds a listener to a channel. Must be called before `start`. */
  subscribe(channel: string, listener: (message: string) => void): void;
  /** Adds a listener that is called after each connection and subscription, before anything else is sent or received. */
  onConnect(listener: ConnectListener): void;
  /** Begins to connect, and does not wait for it. */
  start(): void;
  /** Closes it, after the answers to what was sent. */
  close(): Promise<void>;
}

/**
 * `isOtherServer` is true where Redis was started anew or is another server than in the connection before: it may have lost
 * what it had confirmed. It is also true where that is not known, and false for the first connection.
 */
export type ConnectListener = (connection: {
  readonly isFirst: boolean;
  readonly isOtherServer: boolean;
}) => void;

/** Durations are in milliseconds. Those that have a default are for tests. */
export interface RedisConnectionOptions {
  /** May have a user and a password, which are never logged. */
  readonly url: string;
  readonly emit: Emit;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** For a command that a request waits for. */
  readonly commandTimeout?: number;
  /** For a command that nothing waits for. */
  readonly postTimeout?: number;
  /** For a connection, and then for the first commands on it. */
  readonly connectTimeout?: number;
  /** Between the end of a connection and the next attempt. */
  readonly reconnectPause?: number;
  /** Between two pings. */
  readonly pingInterval?: number;
  /** After which a connection that does not answer a ping is given up. */
  readonly pingTimeout?: number;
}

/** Failures in a row after which Redis is skipped, until it answers a ping in time. */
const MAX_FAILURES = 5;

/**
 * A connection that ends earlier, in milliseconds, is followed by a pause that is twice as long as that before it, up to so many times
 * the usual one. After each connection everything is fetched anew, which must not happen twice a second.
 */
const STABLE_AFTER = 10_000;
const MAX_PAUSES = 8;

/** Creates it. Nothing is loaded or sent before `start`. */
export function createRedisConnection(options: RedisConnectionOptions): RedisConnection {
  return new Connection(options);
}

class Connection implements RedisConnection {
  readonly #options: Required<RedisConnectionOptions>;
  readonly #commands: RedisCommands;
  readonly #channels: (readonly [string, (message: string) => void])[] = [];
  readonly #listeners: ConnectListener[] = [];
  #link: RedisLink | undefined;
  #state: StoreState = 'down';
  #emitted: StoreState | undefined;
  #failures = 0;
  #lastServer: string | undefined;
  #connections = 0;
  #connectedAt = Number.NEGATIVE_INFINITY;
  /** In units of the usual one. */
  #pauses = 0.5;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RedisConnectionOptions) {
    this.#options = {
      commandTimeout: 50,
      postTimeout: 2_000,
      connectTimeout: 2_000,
      reconnectPause: 500,
      pingInterval: 1_000,
      pingTimeout: 2_000,
      ...options,
    };
    this.#commands = new RedisCommands({
      ...this.#options,
      isCurrent: (link) => link === this.#link,
      onUnusable: (link, code) => this.#lose(link, code),
    });
  }

  get state(): StoreState {
    return this.#state;
  }

  subscribe(channel: string, listener: (message: string) => void): void {
    this.#channels.push([channel, listener]);
  }

  onConnect(listener: ConnectListener): void {
    this.#listeners.push(listener);
  }

  start(): void {
    void this.#connect();
  }

  async run(command: RedisCommand): Promise<RedisReply> {
    const link = this.#state === 'up' ? this.#link : undefined;
    const reply = await this.#commands.send(link, command, this.#options.commandTimeout);
    // The failures of a connection say nothing about the next one, and a skipped command nothing about Redis.
    const isSkipped = reply.kind === 'failed' && reply.because === 'skipped';
    if (link === this.#link && !isSkipped) this.#count(reply);
    return reply;
  }

  post(command: RedisCommand): Promise<RedisReply> {
    return this.#commands.send(this.#link, command, this.#options.postTimeout);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const link = this.#link;
    this.#link = undefined;
    this.#state = 'down';
    if (!link) return;
    await inTime(link.close(), this.#options.commandTimeout);
    link.destroy();
  }

  #count(reply: RedisReply): void {
    const isFailure = reply.kind === 'failed' && reply.because === 'timeout';
    this.#failures = isFailure ? this.#failures + 1 : 0;
    if (this.#failures >= MAX_FAILURES) this.#become('slow');
  }

  async #connect(): Promise<void> {
    const { url, connectTimeout } = this.#options;
    let opening: OpeningLink | undefined;
    let ended: unknown;
    try {
      // Loaded only where Redis is used.
      const { openRedisLink } = await import('./redis-link.ts');
      const onEnd = (error: unknown) => {
        ended ??= error;
        if (opening) this.#lose(opening, codeOfError(error));
      };
      opening = openRedisLink({ url, timeout: connectTimeout, onEnd });
      const server = await inTime(this.#prepare(opening), connectTimeout);
      if (typeof server === 'object') throw new DOMException('No answer', 'TimeoutError');
      if (ended !== undefined) throw ended;
      if (this.#isClosed) opening.destroy();
      else this.#connected(opening, server);
    } catch (error) {
      opening?.destroy();
      this.#become('down', isTimeout(error) ? 'TIMEOUT' : codeOfError(error));
      this.#later(() => void this.#connect(), this.#options.reconnectPause);
    }
  }

  /** Subscribes, and asks for what names the server's process. Rejects where the server does not accept writes. */
  async #prepare(link: OpeningLink): Promise<string> {
    await link.opened;
    const [info] = await Promise.all([
      // A server that permits no INFO is taken for another one each time.
      link.send(['INFO', 'server']).catch(() => ''),
      // Refused by a replica, by a server that loads its data, and by a cluster, which has no commands for any two keys. Not by one
      // that is full.
      link.send(['DEL', ...PROBE_KEYS]),
      ...this.#channels.map(([channel, listener]) => link.subscribe(channel, listener)),
    ]);
    return /^run_id:(\w+)/m.exec(String(info))?.[1] ?? '';
  }

  #connected(link: RedisLink, server: string): void {
    const isFirst = this.#connections === 0;
    const isOtherServer = !isFirst && (server === '' || server !== this.#lastServer);
    this.#connections += 1;
    this.#lastServer = server;
    this.#link = link;
    this.#connectedAt = this.#options.clock.monotonic();
    this.#failures = 0;
    this.#become('up');
    for (const listener of this.#listeners) listener({ isFirst, isOtherServer });
    this.#watch(link);
  }

  /** A connection may be dead without an end, and messages with it. */
  #watch(link: RedisLink): void {
    this.#later(async () => {
      const began = this.#options.clock.monotonic();
      const answer = link.send(['PING']).catch(() => undefined);
      const reply = await inTime(answer, this.#options.pingTimeout);
      if (link !== this.#link) return;
      if (typeof reply === 'object') return this.#lose(link, 'TIMEOUT');
      const isInTime = this.#options.clock.monotonic() - began <= this.#options.commandTimeout;
      if (isInTime && this.#state === 'slow') {
        this.#failures = 0;
        this.#become('up');
      }
      this.#watch(link);
    }, this.#options.pingInterval);
  }

  #lose(link: RedisLink, because: string): void {
    if (link !== this.#link) return;
    this.#link = undefined;
    link.destroy();
    this.#become('down', because);
    const { clock, reconnectPause } = this.#options;
    const isStable = clock.monotonic() - this.#connectedAt >= STABLE_AFTER;
    this.#pauses = isStable ? 1 : Math.min(this.#pauses * 2, MAX_PAUSES);
    this.#later(() => void this.#connect(), reconnectPause * this.#pauses);
  }

  #later(action: () => void, pause: number): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    // Replicas that lost Redis together do not return together.
    this.#timer = setTimeout(action, pause * (0.75 + Math.random() / 2));
    this.#timer.unref();
  }

  #become(state: StoreState, because?: string): void {
    this.#state = state;
    if (this.#isClosed || state === this.#emitted) return;
    this.#emitted = state;
    this.#options.emit({ kind: 'redis', state, because });
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}
