import type { Emulator } from '../../src/emulator/emulator.ts';
import { type Child, startChild } from './child.ts';
import { BUILT_SERVER } from './test-build.ts';
import type { LogLine } from './test-log.ts';
import { type GraphQLBody, settingsOf } from './test-server.ts';

/** The production process of the server, listening. */
export interface ServerProcess extends Child {
  readonly url: string;
  readonly metricsUrl: string;
  /** Every complete line of its output so far. Throws where one is not JSON. */
  lines(): readonly LogLine[];
  /** Waits for a log line with this message. */
  logged(msg: string): Promise<LogLine>;
  /** Asks over a connection of its own, as undici's pool has it. */
  ask(
    query: string,
    question?: { readonly token?: string; readonly headers?: Record<string, string> },
  ): Promise<{
    readonly status: number;
    readonly headers: Headers;
    readonly body: GraphQLBody;
  }>;
}

type Env = Readonly<Record<string, string>>;

/**
 * Starts the built server against an emulator, with metrics, and waits until it listens. `env` overrides the settings. Use
 * it with `await using`.
 */
export function startServerProcess(emulator: Emulator, env: Env = {}): Promise<ServerProcess> {
  return start(BUILT_SERVER, settingsOfProcess(emulator, env));
}

/** Starts the same server from the sources, with the app in the file that `TEST_APP` names. */
export function startSourceProcess(emulator: Emulator, env: Env): Promise<ServerProcess> {
  return start('test/support/main.ts', settingsOfProcess(emulator, env));
}

function settingsOfProcess(emulator: Emulator, env: Env): Env {
  return {
    ...settingsOf(emulator),
    HOST: '127.0.0.1',
    PORT: '0',
    METRICS_PORT: '0',
    SHUTDOWN_DELAY: '0',
    ...env,
  };
}

async function start(entry: string, env: Env): Promise<ServerProcess> {
  const child = startChild(entry, env);
  try {
    const [text] = await child.printed(/.*"msg":"Listening".*/);
    const { url, metrics } = JSON.parse(text) as { readonly url: string; readonly metrics: string };
    const lines = () =>
      child
        .output()
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as LogLine);
    return {
      ...child,
      url,
      metricsUrl: metrics,
      lines,
      async logged(msg) {
        const [line] = await child.printed(new RegExp(`.*"msg":"${msg}".*`));
        return JSON.parse(line) as LogLine;
      },
      async ask(query, { token, headers } = {}) {
        const answer = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(token !== undefined && { 'x-stack-access-token': token }),
            ...headers,
          },
          body: JSON.stringify({ query }),
        });
        return { status: answer.status, headers: answer.headers, body: (await answer.json()) as GraphQLBody };
      },
      [Symbol.asyncDispose]: child[Symbol.asyncDispose],
    };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}
