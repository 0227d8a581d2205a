// The server of the development process: the same as in production, with a readable log, and GraphiQL with the bar
// above it. Its argument is the folder of the app.
import { prettyFactory } from 'pino-pretty';
import { serve } from '../cli/serve.ts';
import { createDevBar } from './bar/dev-bar.ts';
import { loadApp, readArguments } from './load-app.ts';
import { watchParent } from './parent.ts';

/** Where the emulator is, set by the development process; undefined with a project of your own. */
const { DEV_BAR: emulated } = process.env;

// Nothing is left when the development process was killed.
watchParent(() => process.kill(process.pid, 'SIGTERM'));

const [, , folder = readArguments([]).appFolder] = process.argv;
const url = await serve(await loadApp(folder), {
  env: {
    HOST: '127.0.0.1',
    GRAPHIQL: 'true',
    SHUTDOWN_DELAY: '0',
    SHUTDOWN_GRACE: '0',
    // A change at the emulator shows at once, and not after the TTL of a cached profile.
    ...(emulated && { PROFILE_CACHE_TTL: '0' }),
    ...process.env,
  },
  logFormat: prettyFactory({ colorize: process.stdout.isTTY, translateTime: 'HH:MM:ss' }),
  server: createDevBar(emulated ? JSON.parse(emulated) : undefined),
});
process.send?.(url);
