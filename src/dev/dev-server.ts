// The server of the development process: the same as in production, with a readable log, and GraphiQL with the bar
// above it. It is started by dev.ts, anew after each change.
import pretty from 'pino-pretty';
import { run } from '../cli/serve.ts';
import { createDevBar } from './bar/dev-bar.ts';

/** Where the emulator is, as dev.ts tells it; nothing with a project of your own. */
const { DEV_BAR: emulated } = process.env;

const url = await run({
  env: {
    HOST: '127.0.0.1',
    GRAPHIQL: 'true',
    SHUTDOWN_DELAY: '0',
    SHUTDOWN_GRACE: '0',
    // What the provider does is to be seen at once, and not the copy of a moment ago.
    ...(emulated && { PROFILE_CACHE_TTL: '0' }),
    ...process.env,
  },
  logDestination: pretty({ colorize: process.stdout.isTTY, translateTime: 'HH:MM:ss' }),
  server: createDevBar(emulated ? JSON.parse(emulated) : undefined),
});
process.send?.(url);
