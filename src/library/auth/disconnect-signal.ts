// The disconnect of a client of node:http, as a signal.
import type { ServerResponse } from 'node:http';

/** Aborts when the connection closes before the response has been sent. */
export function disconnectSignalOf(res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const abort = () => {
    if (!res.writableFinished)
      controller.abort(new DOMException('The client has disconnected', 'AbortError'));
  };
  if (res.closed || res.destroyed) abort();
  else res.once('close', abort);
  return controller.signal;
}
