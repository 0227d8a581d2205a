import type { GraphQLSchema } from 'graphql';
import { createEvents } from '../../src/core/events.ts';
import { createLogger } from '../../src/core/logger.ts';
import type { OperationStore } from '../../src/documents/operation-store.ts';
import type { Services } from '../../src/process/services.ts';
import { createServer } from '../../src/server/create-server.ts';

/** Shows a request to a server that prepares its operation and does nothing else of it. */
export type Rehearse = (path: string, init: RequestInit | undefined) => Promise<void>;

/** What is rehearsed for: the services and schema of the server that is asked next, and where it finds its operations. */
export interface Rehearsed {
  readonly services: Services;
  readonly schema: GraphQLSchema | undefined;
  readonly operations: OperationStore;
}

/**
 * Makes a second Yoga that fills the store under all its rules, but knows nobody, executes nothing, and neither logs nor
 * counts: so that the first time that a test asks something goes the way of prepared operations already.
 */
export function createRehearsal({ services, schema, operations }: Rehearsed): Rehearse {
  const understudy = {
    ...services,
    config: { ...services.config, authRequired: false, maxInFlight: Number.POSITIVE_INFINITY },
    logger: createLogger({ level: 'silent' }),
    events: createEvents(),
    traffic: { inFlight: 0 },
    authenticate: async () => undefined,
  };
  const server = createServer(understudy, {
    ...(schema && { schema }),
    operations,
    plugins: [{ onExecute: ({ setExecuteFn }) => setExecuteFn(() => ({ data: null })) }],
  });
  return async (path, { method, headers, body } = {}) => {
    if (method !== 'POST' || typeof body !== 'string') return;
    // Of its own: Yoga's `fetch` writes into headers that it is given.
    const request = new Request(`http://localhost${path}`, { method, headers: headers ?? {}, body });
    const answer = await server.fetch(request);
    await answer.text();
  };
}
