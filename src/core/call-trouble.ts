// How calls end without an answer that can be read, whatever runtime sent them.
import { AppError } from './errors.ts';

/** The cause of an error: no connection could be made, so nothing was sent. `code` is that of the original error. */
export class ConnectFailure extends Error {
  readonly code: unknown;

  constructor(cause: Error) {
    const code = 'code' in cause ? cause.code : undefined;
    // OpenSSL's messages begin with the id of a thread, and end with a file of its sources and a line break.
    const isOfTls = 'reason' in cause && typeof cause.reason === 'string';
    // The error of several addresses has no message.
    super(isOfTls ? `${cause.reason} (${code})` : cause.message || String(code), { cause });
    this.code = code;
  }
}

/** The cause of an error: the upstream did answer, but with a body that is too large or cannot be decoded. */
export class UnreadableBody extends Error {}

/** The cause of an error: the upstream sent something other than HTTP, or endless headers. */
export class MalformedAnswer extends Error {}

/** How a call ended without an answer that can be read. */
export type CallTrouble =
  /** No connection could be made: nothing was sent. */
  | 'connection'
  /** The time limit passed. */
  | 'timeout'
  /** The connection broke. */
  | 'broken'
  /** The connection carried something other than HTTP, or endless headers. */
  | 'malformed'
  /** The body is too large, or has a content coding that cannot be undone: the upstream did answer. */
  | 'unreadable';

/** How a call ended that rejected with `error`. */
export function troubleOf(error: unknown): CallTrouble {
  const cause = error instanceof AppError ? error.cause : error;
  if (cause instanceof ConnectFailure) return 'connection';
  if (cause instanceof UnreadableBody) return 'unreadable';
  if (cause instanceof MalformedAnswer) return 'malformed';
  return cause instanceof DOMException && cause.name === 'TimeoutError' ? 'timeout' : 'broken';
}
