import type { GraphQLSchema } from 'graphql';
import { readConfig } from '../../src/config.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts';
import { createLogger } from '../../src/logger.ts';
import { createServer, type Server } from '../../src/server.ts';
import { type Services, startServices } from '../../src/services.ts';

/** What the server answered. `body` is the parsed JSON, or the text where it is none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: GraphQLBody;
}

/** A GraphQL answer as tests read it. */
export interface GraphQLBody {
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of many shapes and compare what they find
  readonly data?: any;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

/** How to ask. `token` goes into `X-Stack-Access-Token`. */
export interface Question {
  readonly token?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server with an emulator of its own. `logged` holds every line of its log. */
export interface TestServer {
  readonly emulator: Emulator;
  readonly services: Services;
  readonly server: Server;
  readonly logged: string[];
  ask(query: string, question?: Question): Promise<Answer>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** `env` is laid over the emulator's settings; `now` is the clock of the server, and of an emulator without its own. */
export interface TestServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly schema?: GraphQLSchema;
  readonly now?: () => number;
  readonly emulator?: EmulatorOptions;
}

/** Starts an emulator on a port of its own and the server in process. Use it with `await using`. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { env, schema, now } = options;
  const emulator = await startEmulator({ ...(now && { now }), ...options.emulator });
  const logged: string[] = [];
  const logger = createLogger({ level: 'debug', destination: { write: (line) => void logged.push(line) } });
  const services = startServices({
    config: readConfig({ ...settingsOf(emulator), ...env }),
    logger,
    ...(now && { now }),
  });
  const server = createServer(services, schema && { schema });
  const fetch = async (path: string, init?: RequestInit) =>
    server.fetch(`http://localhost${path}`, init ?? {});
  return {
    emulator,
    services,
    server,
    logged,
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
      await emulator.close();
      await services.close();
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
