import type { RequestListener } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import type { Clock } from '../../src/core/clock.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts';
import type { Services } from '../../src/process/services.ts';
import type { AppTypes, Part } from '../../src/request/app-types.ts';
import type { App } from '../../src/server/app.ts';
import { type Adapter, adapterOfProject } from './adapter.ts';
import { UNDER_BUN } from './bun/command.ts';
import { startServedUnderBun } from './bun/served-under-bun.ts';
import { createHttpFetch } from './http-fetch.ts';
import { startServed } from './served.ts';
import { createWarmUp } from './warm-up.ts';

/** An answer of the server, with its parsed JSON body. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: GraphQLBody;
}

/** The body of a GraphQL answer. */
export interface GraphQLBody {
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of many shapes and compare what they find
  readonly data?: any;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

/** The parts of a request besides its query. `token` goes into `X-Stack-Access-Token`. */
export interface Question {
  readonly token?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server on a port, with its own emulator. `logged` holds every line of its log. */
export interface TestServer<T extends AppTypes = AppTypes> {
  readonly emulator: Emulator;
  readonly services: Services;
  /** The sources of the app. */
  readonly sources: Part<T, 'Sources'>;
  /** Without trailing slash. */
  readonly url: string;
  readonly listener: RequestListener;
  readonly logged: string[];
  /** How many requests have reached the server: a race can begin once all have arrived. */
  received(): number;
  ask(query: string, question?: Question): Promise<Answer>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * `env` overrides the emulator's settings; `clock` is that of the server, and of an emulator without its own. Without
 * an app or a schema it serves our own types.
 */
export interface TestServerOptions<T extends AppTypes = AppTypes> {
  readonly env?: Readonly<Record<string, string>>;
  readonly app?: App<T>;
  readonly schema?: GraphQLSchema;
  readonly clock?: Clock;
  readonly emulator?: EmulatorOptions;
  /** Changes the services before the server is made from them, to plant a fault. */
  readonly services?: (services: Services) => Services;
  /** By default that of the Vitest project, if it has one. */
  readonly adapter?: Adapter;
  /** A server of a team over the same services, in place of ours. */
  readonly listener?: (services: Services) => RequestListener;
}

/** Starts an emulator and a server, each on its own port. Use it with `await using`. */
export async function startTestServer<T extends AppTypes = AppTypes>(
  options: TestServerOptions<T> = {},
): Promise<TestServer<T>> {
  const { env, clock, adapter = adapterOfProject(), emulator: emulatorOptions, ...rest } = options;
  const emulator = await startEmulator({ ...(clock && { now: clock.wall }), ...emulatorOptions });
  const logged: string[] = [];
  const served = await (UNDER_BUN ? startServedUnderBun<T> : startServed<T>)({
    ...rest,
    env: { ...settingsOf(emulator), ...env },
    adapter,
    ...(clock && { clock }),
    write: (line) => void logged.push(line),
  });
  const httpFetch = createHttpFetch();
  const send = async (path: string, init?: RequestInit) => {
    await served.sync?.();
    const answer = await httpFetch(`${served.url}${path}`, init);
    await served.sync?.();
    return answer;
  };
  const warmUp = createWarmUp(send);
  const fetch = async (path: string, init?: RequestInit) => {
    if (adapter === 'fast-path') await warmUp(path, init);
    return send(path, init);
  };
  return {
    emulator,
    services: served.services,
    sources: served.sources,
    url: served.url,
    listener: served.listener,
    logged,
    received: served.received,
    fetch,
    async ask(query, { token, variables, headers } = {}) {
      const answer = await fetch('/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { 'x-stack-access-token': token }),
          ...headers,
        },
        body: JSON.stringify({ query, ...(variables && { variables }) }),
      });
      return { status: answer.status, headers: answer.headers, body: (await answer.json()) as GraphQLBody };
    },
    async [Symbol.asyncDispose]() {
      httpFetch[Symbol.dispose]();
      await emulator.close();
      await served.close();
    },
  };
}

/** The environment that points a server at an emulator. */
export function settingsOf(emulator: Emulator): Record<string, string> {
  return {
    STACK_PROJECT_ID: emulator.projectId,
    STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
    STACK_API_URL: emulator.url,
  };
}
