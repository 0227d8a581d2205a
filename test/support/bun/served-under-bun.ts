// The server of a test, as one that a process under Bun serves. What only the process itself has cannot be had: such tests are skipped.
import { TestRunner } from 'vitest';
import { readConfig } from '../../../src/core/config/config.ts';
import type { Emit } from '../../../src/core/events.ts';
import type { Services } from '../../../src/process/services.ts';
import type { AppTypes } from '../../../src/request/app-types.ts';
import type { Listening } from '../../../src/server/port.ts';
import type { FastPathOptions } from '../fast-path-port.ts';
import type { Served, ServedOptions } from '../served.ts';
import { testGraphOf } from '../test-graph.ts';
import { until } from '../until.ts';
import { bunProcess } from './bun-process.ts';
import { LOOKS_UNDER_BUN } from './looks.ts';
import type { Readings, State } from './protocol.ts';

/** Milliseconds between two looks at a server without a request: its clock follows that of the test, and its log is read. */
const INTERVAL = 20;

let count = 0;

/** Starts a server under Bun. Skips the running test where it needs what cannot leave its own process. */
export async function startServedUnderBun<T extends AppTypes>(options: ServedOptions<T>): Promise<Served<T>> {
  const { env, adapter, clock, schema, write } = options;
  for (const name of ['app', 'services', 'listener'] as const)
    if (options[name] !== undefined) skipTest(`${name} of its own`);
  const graph = schema && testGraphOf(schema);
  if (schema && !graph) skipTest('a schema of its own');

  const call = bunProcess();
  const listeners: Emit[] = [];
  const server = count++;
  let resolved = { nodes: 0, mutations: 0 };
  const take = (state: State): State => {
    for (const line of state.lines) write(line);
    for (const event of state.events) for (const listener of listeners) listener(event);
    if (graph && state.resolved) {
      graph.resolved.nodes += state.resolved.nodes - resolved.nodes;
      graph.resolved.mutations += state.resolved.mutations - resolved.mutations;
      resolved = state.resolved;
    }
    if (state.failed !== undefined) throw new Error(`The server under Bun has failed: ${state.failed}`);
    return state;
  };
  const readings = (): Readings | undefined => clock && { wall: clock.wall(), monotonic: clock.monotonic() };
  const look = () => take(call({ kind: 'look', server, readings: readings() }));

  take(call({ kind: 'start', server, env, adapter, graph: graph !== undefined, readings: readings() }));
  const url = await until('the server under Bun listens', () => look().url);
  let timer = setTimeout(follow, INTERVAL);
  function follow() {
    look();
    timer = setTimeout(follow, INTERVAL);
  }
  LOOKS_UNDER_BUN.add(look);
  let closed: Promise<unknown> | undefined;
  let pending: Promise<void> | undefined;
  const close = () => {
    clearTimeout(timer);
    LOOKS_UNDER_BUN.delete(look);
    if (!closed) take(call({ kind: 'close', server }));
    closed ??= until('the server under Bun is closed', () => look().closed);
    return closed;
  };
  // A test that is skipped cannot close what it has not been given yet.
  TestRunner.getCurrentTest()?.context.onTestFinished(() => void close());
  const openFastPath = async ({ timeouts, ...others }: FastPathOptions) => {
    if (Object.keys(others).length > 0) skipTest('a fast path of its own');
    const before = look().fastPaths.length;
    take(call({ kind: 'fast-path', server, ...(timeouts && { timeouts }) }));
    return until('the fast path under Bun listens', () => look().fastPaths[before]);
  };
  return {
    url,
    services: servicesUnderBun({
      openFastPath,
      config: readConfig(env),
      gauges: () => {
        const { gauges } = look();
        if (!gauges) throw new Error('The server under Bun has no gauges');
        return gauges;
      },
      subscribe: (listener) => void listeners.push(listener),
      drain: () => void take(call({ kind: 'drain', server })),
    }),
    sources: skipWhenUsed('sources'),
    listener: () => skipTest('the listener'),
    received: () => look().received,
    async sync() {
      pending ??= new Promise((resolve) => {
        setImmediate(() => {
          pending = undefined;
          if (!closed) look();
          resolve();
        });
      });
      await pending;
    },
    async close() {
      await close();
    },
  };
}

/** Opens a port with the fast path, which closes with its server. */
export async function listenUnderBun(
  services: Services,
  options: FastPathOptions,
): Promise<Pick<Listening, 'url' | 'close'>> {
  const { openFastPath } = services as Services & Partial<Remote>;
  if (!openFastPath) throw new Error('These services are not under Bun');
  return { url: await openFastPath(options), close: async () => {} };
}

interface Remote {
  readonly openFastPath: (options: FastPathOptions) => Promise<string>;
  readonly config: Services['config'];
  readonly gauges: Services['gauges'];
  readonly subscribe: (listener: Emit) => void;
  readonly drain: () => void;
}

/** The services as far as they are seen from outside. */
function servicesUnderBun({ config, gauges, subscribe, drain, openFastPath }: Remote): Services {
  const parts: Readonly<Record<string, unknown>> = {
    config,
    gauges,
    get traffic() {
      return gauges();
    },
    events: skipWhenUsed('services.events', { subscribe }),
    health: skipWhenUsed('services.health', { drain }),
    openFastPath,
  };
  return skipWhenUsed('services', parts);
}

/** An object without parts but these: a test that uses another is skipped. */
function skipWhenUsed<T extends object>(name: string, parts: Readonly<Record<string, unknown>> = {}): T {
  return new Proxy({} as T, {
    get: (_target, part) =>
      String(part) in parts ? parts[String(part)] : skipTest(`${name}.${String(part)}`),
  });
}

/** Skips the running test. Throws where none is running, in `beforeAll`: its file must not be among the suites under Bun. */
function skipTest(reason: string): never {
  TestRunner.getCurrentTest()?.context.skip(`It needs ${reason}, in the process of the test`);
  throw new Error(`Under Bun a test cannot have ${reason}`);
}
