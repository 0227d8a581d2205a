import { createServer } from '../../src/server/create-server.ts';
import type { TestServer } from './test-server.ts';

/** The `fetch` of a second server over the services of a test, within its process. That server is made when it is first asked. */
export function fetchInProcess(test: Pick<TestServer, 'services'>) {
  let server: ReturnType<typeof createServer> | undefined;
  return (url: string, init?: RequestInit) => {
    server ??= createServer(test.services);
    return server.fetch(url, init);
  };
}
