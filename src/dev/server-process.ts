// The development server as a process of its own, which can be restarted.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const DEV_SERVER = fileURLToPath(new URL('dev-server.ts', import.meta.url));

/** Milliseconds for the server to end: longer than it takes to close sources and services that hang. */
const STOP_TIMEOUT = 12_000;

/** What to start. `env` is read at every restart; `onListening` gets the server's URL after each. */
export interface ServerProcessOptions {
  readonly appFolder: string;
  readonly env: NodeJS.ProcessEnv;
  onListening(url: string): void;
}

/** The process, as its owner sees it. */
export interface ServerProcess {
  /** Ends the server and starts it again. */
  restart(): Promise<void>;
  /** Ends the server for good. */
  end(): Promise<void>;
}

/** Starts the process. */
export function startServerProcess({ appFolder, env, onListening }: ServerProcessOptions): ServerProcess {
  let ending = false;
  let child = start();

  function start(): ChildProcess {
    const server = fork(DEV_SERVER, [appFolder], { env });
    server.on('message', (url) => onListening(String(url)));
    server.on('exit', (code) => {
      if (ending || server !== child || !code) return;
      process.stdout.write('The server has ended. It starts again on the next change.\n');
    });
    return server;
  }

  return {
    async restart() {
      const old = child;
      if (ending) return;
      await stop(old);
      if (!ending && child === old) child = start();
    },
    async end() {
      ending = true;
      await stop(child);
    },
  };
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  const timer = setTimeout(() => server.kill('SIGKILL'), STOP_TIMEOUT);
  await exited;
  clearTimeout(timer);
}
