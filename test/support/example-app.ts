import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { startChild } from './child.ts';
import { type HttpServer, startHttpServer } from './http-server.ts';
import { startProgram } from './program.ts';
import { makeTempFolder } from './temp-folder.ts';
import { settingsOf } from './test-server.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/web', import.meta.url));
const VITE = fileURLToPath(new URL('../../node_modules/vite/bin/vite.js', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** The example as it is deployed: the app built, its server on another origin, and an emulator. */
export interface ExampleApp {
  readonly url: string;
  readonly graphqlUrl: string;
  readonly emulator: Emulator;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What may differ. */
export interface ExampleOptions {
  /** The clock of the emulator alone. */
  readonly now?: () => number;
  /** Settings of the server. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Stands in the built app for the URL of its server, which is not known yet when the app is built. */
const SERVER = 'http://server.invalid';

/** Builds and starts the example. Use it with `await using`. */
export async function startExampleApp({ now, env = {} }: ExampleOptions = {}): Promise<ExampleApp> {
  const owned: AsyncDisposable[] = [];
  const end = async () => {
    for (const each of owned.reverse()) await each[Symbol.asyncDispose]();
  };
  try {
    const folder = makeTempFolder();
    owned.push({ [Symbol.asyncDispose]: async () => folder[Symbol.dispose]() });
    const emulator = await startEmulator({ ...(now && { now }) });
    owned.push(emulator);
    let server = '';
    const app = await serveFolder(folder.path, (text) => text.replaceAll(SERVER, server));
    owned.push(app);
    const settings = {
      ...settingsOf(emulator),
      STACK_WEBHOOK_SECRET: emulator.webhookSecret,
      PORT: '0',
      CORS_ORIGINS: app.url,
      PGLITE_DATA: 'memory://',
      ...env,
    };
    const child = startChild('src/dev/dev-server.ts', settings, ['examples/notes']);
    owned.push(child);
    const built = build(folder.path, {
      VITE_STACK_PROJECT_ID: emulator.projectId,
      VITE_STACK_PUBLISHABLE_CLIENT_KEY: emulator.publishableClientKey,
      VITE_STACK_API_URL: emulator.url,
      VITE_GRAPHQL_URL: `${SERVER}/graphql`,
    });
    const [[, url]] = await Promise.all([child.printed(/url: "([^"]+)"/), built]);
    server = String(url);
    emulator.control.sendWebhooksTo(`${server}/webhooks`);
    return { url: app.url, graphqlUrl: `${server}/graphql`, emulator, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

function serveFolder(folder: string, complete: (text: string) => string): Promise<HttpServer> {
  return startHttpServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://app');
    const file = pathname === '/' ? '/index.html' : pathname;
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.end(complete(readFileSync(join(folder, file), 'utf8')));
  });
}

async function build(folder: string, env: Readonly<Record<string, string>>): Promise<void> {
  await using vite = startProgram({
    command: process.execPath,
    args: [VITE, 'build', EXAMPLE, '--outDir', folder, '--emptyOutDir'],
    env,
  });
  const { code, output } = await vite.ended();
  if (code !== 0) throw new Error(`vite ended with ${code}:\n${output}`);
}
