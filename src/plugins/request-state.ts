// What the plugins of one request tell each other, on the server context that Yoga makes for it.
import type { IncomingMessage } from 'node:http';
import type { Credentials } from '../auth/authenticate.ts';

/** Filled in the order of the plugins: the id first, then who asks. */
export interface RequestState {
  requestId?: string;
  credentials?: Credentials | undefined;
  /** Node's request, where one came over a socket. */
  readonly req?: IncomingMessage;
}
