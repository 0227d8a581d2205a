// What the plugins of one request tell each other, on the server context that Yoga makes for it.
import type { IncomingMessage } from 'node:http';
import type { Credentials } from '../auth/authenticate.ts';

/** Filled in the order of the plugins: the id first, then who asks, then what became of it. */
export interface RequestState {
  requestId?: string;
  /** As `performance.now()` has it. */
  startedAt?: number;
  credentials?: Credentials | undefined;
  /** The name that the document gives the operation, where it does. */
  operation?: string | undefined;
  /** Calls for the profile that were made for this request. */
  upstreamCalls?: number;
  /** The codes of all errors in the answer. */
  codes?: string[];
  /** Node's request, where one came over a socket. */
  readonly req?: IncomingMessage;
}

/** Notes the code of an error that the answer tells. */
export function noteCode(state: RequestState, code: unknown): void {
  state.codes ??= [];
  state.codes.push(String(code));
}
