// A port with the fast path, whatever the adapter of the services' own server.
import type { Services } from '../../src/process/services.ts';
import { createServer, type ServerOptions } from '../../src/server/create-server.ts';
import { type Listening, type ListenOptions, listen } from '../../src/server/port.ts';

/** What may differ from a server of our own types. */
export type FastPathOptions = ServerOptions & { readonly timeouts?: ListenOptions['timeouts'] | undefined };

/** Listens on loopback. */
export function listenFastPath(
  given: Services,
  { timeouts, ...options }: FastPathOptions,
): Promise<Listening> {
  const services = { ...given, config: { ...given.config, preparedOperations: true } };
  return listen(createServer(services, options).listener, {
    host: '127.0.0.1',
    port: 0,
    ...(timeouts && { timeouts }),
  });
}
