// The open streams of the process: how many there may be, and when the server ends them.
import type { Clock } from '../core/clock.ts';
import { AppError, type AppErrorOptions, refusedToken } from '../core/errors.ts';
import type { StreamEnd } from '../core/events.ts';
import type { Services } from '../process/services.ts';
import { clientAddressOf } from './client-address.ts';
import type { Exchange } from './exchange.ts';
import { type Holder, OpenStream } from './open-stream.ts';

/** The streams of one server. */
export interface Streams {
  /** Opens a stream for a request and puts it on the exchange, or returns why the request is refused. */
  open(exchange: Exchange): AppError | undefined;
  /** Forgets the stream of a request that is done, and ends it where it has not ended. */
  close(exchange: Exchange): void;
}

/** What streams need of the process. */
export type StreamsOptions = Pick<
  Services,
  'clock' | 'config' | 'events' | 'health' | 'readAddress' | 'traffic'
>;

/** Creates the streams. When draining begins they all end, and no further one is opened. */
export function createStreams(options: StreamsOptions): Streams {
  const streams = new StreamsOfServer(options);
  options.health.onDrain(() => streams.drain());
  return streams;
}

/** Milliseconds between two looks at the streams: one timer for all, whatever the lifetime of their tokens. */
const INTERVAL = 250;

/** Milliseconds in which a client must read what is left of a stream that the server has ended. */
const LAST_READ = 600;

/** Seconds until a user may try again. When another stream of the user ends is not known. */
const RETRY_AFTER = 10;

/** How the server itself ends streams. */
const BY_SERVER: readonly (StreamEnd | undefined)[] = ['expired', 'deleted', 'draining'];

/** An admitted stream, until its request is done. `endedAt` is a reading of the monotonic clock. */
interface Entry {
  readonly exchange: Exchange;
  readonly stream: OpenStream;
  endedAt: number;
}

class StreamsOfServer implements Streams {
  readonly #options: StreamsOptions;
  #entries: readonly Entry[] = [];
  #draining = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  open(exchange: Exchange): AppError | undefined {
    if (this.#draining) return shuttingDown();
    const { clock, traffic } = this.#options;
    const left = lifetime(exchange, clock);
    if (left <= 0) return refusedToken('EXPIRED_TOKEN');
    const holder = this.#holderOf(exchange);
    const refused = this.#refusal(holder);
    if (refused) return refused;
    const stream = new OpenStream(holder, clock.monotonic() + left, () => {
      traffic.streams -= 1;
      entry.endedAt = clock.monotonic();
    });
    const entry: Entry = { exchange, stream, endedAt: Number.POSITIVE_INFINITY };
    exchange.stream = stream;
    traffic.streams += 1;
    this.#entries = [...this.#entries, entry];
    this.#timer ??= setInterval(() => this.#look(), INTERVAL).unref();
    return undefined;
  }

  close(exchange: Exchange): void {
    if (!exchange.stream) return;
    exchange.stream.end('client');
    this.#forget(exchange);
  }

  drain(): void {
    this.#draining = true;
    for (const { stream } of this.#entries) stream.end('draining', shuttingDown());
  }

  /** Ends streams whose token has expired, and cuts clients that do not read the end of a stream. */
  #look(): void {
    const now = this.#options.clock.monotonic();
    for (const { exchange, stream, endedAt } of this.#entries) {
      if (now >= stream.expiresAt) stream.end('expired', refusedToken('EXPIRED_TOKEN'));
      if (!BY_SERVER.includes(stream.ended) || now - endedAt < LAST_READ) continue;
      this.#forget(exchange);
      if (!exchange.ended) exchange.disconnect();
    }
  }

  #forget(exchange: Exchange): void {
    this.#entries = this.#entries.filter((entry) => entry.exchange !== exchange);
    if (this.#entries.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #holderOf(exchange: Exchange): Holder {
    const claims = exchange.credentials?.claims;
    if (claims && !claims.isAnonymous) return { key: claims.id, address: undefined };
    const address = clientAddressOf(exchange, this.#options.readAddress);
    return { key: claims?.id ?? `address ${address}`, address };
  }

  #refusal({ key, address }: Holder): AppError | undefined {
    const { traffic, config } = this.#options;
    const { maxStreams, maxStreamsPerUser } = config;
    // Anonymous users cost nothing, so that all of one address share a tenth of the streams.
    const maxOfAddress = Math.max(maxStreamsPerUser, Math.floor(maxStreams / 10));
    const ofUser = this.#count((holder) => holder.key === key);
    const ofAddress = address === undefined ? 0 : this.#count((holder) => holder.address === address);
    if (ofUser >= maxStreamsPerUser || ofAddress >= maxOfAddress) {
      this.#options.events.emit({ kind: 'limit', limit: 'MAX_STREAMS_PER_USER' });
      return tooMany({ code: 'RATE_LIMITED', reason: 'MAX_STREAMS_PER_USER', retryAfter: RETRY_AFTER });
    }
    if (traffic.streams < maxStreams) return undefined;
    this.#options.events.emit({ kind: 'limit', limit: 'MAX_STREAMS' });
    return tooMany({ code: 'OVERLOADED', reason: 'MAX_STREAMS', retryAfter: 1 });
  }

  #count(counts: (holder: Holder) => boolean): number {
    return this.#entries.filter(({ stream }) => !stream.ended && counts(stream.holder)).length;
  }
}

/**
 * Milliseconds for which the token of a request is still valid: never more than the provider issued it for, whatever the
 * wall clock shows.
 */
function lifetime({ credentials }: Exchange, { wall }: Clock): number {
  if (!credentials) return Number.POSITIVE_INFINITY;
  const { expiresAt, issuedAt = Number.NEGATIVE_INFINITY } = credentials.claims;
  return Math.min(expiresAt * 1000 - wall(), (expiresAt - issuedAt) * 1000);
}

function tooMany(options: AppErrorOptions): AppError {
  return new AppError('Too many subscriptions at this moment', options);
}

function shuttingDown(): AppError {
  return new AppError('The server is shutting down', { code: 'SERVICE_UNAVAILABLE', retryAfter: 1 });
}
