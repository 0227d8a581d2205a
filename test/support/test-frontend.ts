import type { RequestListener, ServerResponse } from 'node:http';
import { StackClientApp } from '@stackframe/js';
import type { GraphQLSchema } from 'graphql';
import { createStackSession } from '../../examples/clients/sdk.ts';
import type { ClientOptions } from '../../examples/clients/session.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { createGate, type Gate, type GateKeeper } from '../../src/emulator/gate.ts';
import { DEVELOPMENT_PASSWORD, type People } from '../../src/emulator/seed.ts';
import { createServer } from '../../src/server/create-server.ts';
import { listen } from '../../src/server/port.ts';
import { createClock, type TestClock } from './clock.ts';
import { startTestServer, type TestServer } from './test-server.ts';
import { until } from './until.ts';

/** A client whose user signs in with the provider's SDK, a server, and a record of their requests. */
export interface TestFrontend<Client> {
  readonly test: TestServer;
  readonly emulator: Emulator;
  readonly stackApp: StackClientApp<true>;
  readonly client: Client;
  readonly clocks: { readonly server: TestClock; readonly provider: TestClock };
  /** The tokens of all GraphQL requests so far; `undefined` stands for none. */
  readonly sentTokens: readonly unknown[];
  /** How many tokens the provider was asked to renew. */
  refreshes(): number;
  /** How often the page was notified that the session has ended. */
  signOuts(): number;
  /** Advances both clocks until the token has expired. */
  expire(): void;
  /** Holds the next GraphQL request back before the server sees it. */
  holdNext(): Gate;
  /** Lets another server answer from now on. */
  serve(listener: RequestListener): void;
  /** Cuts all connections of the client. */
  cut(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What may differ. By default `ada` is signed in. */
export interface TestFrontendOptions {
  readonly signedIn?: keyof People | 'none';
  readonly schema?: GraphQLSchema;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts client, server and emulator. Use it with `await using`. */
export async function startTestFrontend<Client>(
  createClient: (options: ClientOptions) => Client,
  { signedIn = 'ada', schema, env }: TestFrontendOptions = {},
): Promise<TestFrontend<Client>> {
  // The SDK uses the machine's clock.
  const clocks = { server: createClock(Date.now()), provider: createClock(Date.now()) };
  const test = await startTestServer({
    clock: clocks.server,
    emulator: { now: clocks.provider.wall },
    ...(schema && { schema }),
    ...(env && { env }),
  });
  const { emulator, services } = test;
  const sentTokens: unknown[] = [];
  const open = new Set<ServerResponse>();
  let next: GateKeeper | undefined;
  let listener = createServer(services, { ...(schema && { schema }) }).listener;
  const listening = await listen(
    async (request, response) => {
      sentTokens.push(request.headers['x-stack-access-token']);
      open.add(response);
      response.once('close', () => open.delete(response));
      const gate = next;
      next = undefined;
      await gate?.pass(response);
      listener(request, response);
    },
    { host: '127.0.0.1', port: 0 },
  );
  const stackApp = createStackApp(emulator);
  if (signedIn !== 'none') await signIn({ stackApp, emulator }, signedIn);
  let signOuts = 0;
  const session = createStackSession({
    stackApp,
    onSignedOut: () => {
      signOuts += 1;
    },
  });
  return {
    test,
    emulator,
    stackApp,
    client: createClient({ url: `${listening.url}/graphql`, session }),
    clocks,
    sentTokens,
    refreshes: () => emulator.control.calls().refresh,
    signOuts: () => signOuts,
    expire() {
      clocks.server.advance(660_000);
      clocks.provider.advance(660_000);
    },
    holdNext() {
      next = createGate();
      return next;
    },
    serve(other) {
      listener = other;
    },
    cut() {
      for (const response of open) response.destroy();
    },
    async [Symbol.asyncDispose]() {
      emulator.control.heal();
      await listening.close(0);
      await test[Symbol.asyncDispose]();
    },
  };
}

/** The SDK as in a page, without cookies and redirects. */
function createStackApp(emulator: Emulator): StackClientApp<true> {
  const { url: baseUrl, projectId, publishableClientKey } = emulator;
  return new StackClientApp({
    baseUrl,
    projectId,
    publishableClientKey,
    tokenStore: 'memory',
    noAutomaticPrefetch: true,
  });
}

/** Signs one of the emulator's people in; `guest` is a new anonymous user. */
export async function signIn(
  { stackApp, emulator }: { readonly stackApp: StackClientApp<true>; readonly emulator: Emulator },
  name: keyof People,
): Promise<void> {
  if (name === 'guest') {
    await stackApp.getUser({ or: 'anonymous' });
    return;
  }
  const before = emulator.control.calls().profile;
  const credentials = { email: `${name}@example.test`, password: DEVELOPMENT_PASSWORD };
  const { status } = await stackApp.signInWithCredential({ ...credentials, noRedirect: true });
  if (status === 'error') throw new Error(`${name} cannot sign in`);
  // The SDK fetches the profile in the background: faults that tests set later must not reach that call.
  await until('profile call of the SDK', () => emulator.control.calls().profile > before);
}
