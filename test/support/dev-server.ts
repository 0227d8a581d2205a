import { readConfig } from '../../src/core/config/config.ts';
import { createLogger } from '../../src/core/logger.ts';
import { createDevBar } from '../../src/dev/bar/dev-bar.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts';
import { type Services, startServices } from '../../src/process/services.ts';
import { createServer } from '../../src/server/create-server.ts';
import { type Listening, listen } from '../../src/server/port.ts';
import { settingsOf } from './test-server.ts';

/** A server on loopback as in `npm run dev`, with the bar of the emulator or that of an own project. */
export interface DevServer {
  readonly url: string;
  readonly emulator: Emulator;
  readonly services: Services;
  readonly secret: string;
  /** The lines of the log. */
  readonly logged: string[];
  /** Advances the clocks of server and emulator, in milliseconds. */
  passTime(ms: number): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** `bar` is that of the emulator by default; `none` is a server as in production. */
export interface DevServerOptions {
  readonly bar?: 'emulator' | 'project' | 'none';
  readonly env?: Readonly<Record<string, string>>;
  readonly emulator?: EmulatorOptions;
}

/** Starts emulator and server. Use it with `await using`. */
export async function startDevServer({
  bar = 'emulator',
  env,
  emulator: emulatorOptions,
}: DevServerOptions = {}): Promise<DevServer> {
  let passed = 0;
  const clock = { wall: () => Date.now() + passed, monotonic: () => performance.now() + passed };
  const emulator = await startEmulator({ ...emulatorOptions, now: clock.wall });
  const logged: string[] = [];
  const services = startServices({
    config: readConfig({
      ...settingsOf(emulator),
      STACK_WEBHOOK_SECRET: emulator.webhookSecret,
      GRAPHIQL: 'true',
      PROFILE_CACHE_TTL: '0',
      ...env,
    }),
    logger: createLogger({ level: 'info', destination: { write: (line) => void logged.push(line) } }),
    clock,
  });
  const secret = 'the secret of this start';
  const options = { url: emulator.url, controlSecret: emulator.controlSecret, secret };
  const server = bar === 'none' ? {} : createDevBar(bar === 'emulator' ? options : undefined);
  const listening: Listening = await listen(createServer(services, server).listener, {
    host: '127.0.0.1',
    port: 0,
  });
  return {
    url: listening.url,
    emulator,
    services,
    secret,
    logged,
    passTime(ms) {
      passed += ms;
    },
    async [Symbol.asyncDispose]() {
      await listening.close(0);
      await services.close();
      await emulator.close();
    },
  };
}
