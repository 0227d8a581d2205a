// A real Postgres from the system's packages, with data of its own in a temporary folder.
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { makeTempFolder } from './temp-folder.ts';

/** `.ci/run --all` sets it: then tests fail where there is no Postgres, and are skipped otherwise. */
export const POSTGRES_IS_REQUIRED = process.env['REQUIRE_POSTGRES'] === '1';

/** A server on loopback. */
export interface Postgres {
  readonly url: string;
  /** Ends the server and its connections at once, as an administrator would. */
  stop(): void;
  /** Starts it again, on the same port and data. */
  start(): void;
  /** The rows of a query, as text. */
  query(sql: string): readonly string[];
  [Symbol.dispose](): void;
}

/** Creates a database and starts it, in a few seconds. Throws where Postgres is not installed. Use it with `using`. */
export async function startPostgres(): Promise<Postgres> {
  const bin = findPrograms();
  const folder = makeTempFolder();
  const user = ordinaryUser();
  if (user) chownSync(folder.path, user.uid, user.gid);
  const data = join(folder.path, 'data');
  const run = (program: string, args: readonly string[]): string => {
    const { status, stdout, stderr, error } = spawnSync(join(bin, program), args, {
      ...user,
      cwd: folder.path,
      encoding: 'utf8',
      // `pg_ctl` leaves a server behind, which would hold a pipe open.
      stdio: program === 'pg_ctl' ? 'ignore' : 'pipe',
      timeout: 60_000,
    });
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr ?? ''}`, { cause: error });
    return stdout ?? '';
  };
  run('initdb', ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8']);
  const port = await freePort();
  const settings = `-p ${port} -h 127.0.0.1 -k ${folder.path} -c fsync=off`;
  const start = () =>
    void run('pg_ctl', ['-D', data, '-o', settings, '-l', join(folder.path, 'log'), '-w', 'start']);
  const stop = () => void run('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop']);
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  start();
  return {
    url,
    start,
    stop,
    query: (sql) => run('psql', [url, '-Atc', sql]).split('\n').slice(0, -1),
    [Symbol.dispose]() {
      if (existsSync(join(data, 'postmaster.pid'))) stop();
      folder[Symbol.dispose]();
    },
  };
}

/** Debian puts them in a folder for each version, outside of the PATH. */
function findPrograms(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')));
  if (!found) throw new Error('Postgres is not installed: apt-get install postgresql');
  return found;
}

/** Postgres refuses to run as root. The package creates a user for it. */
function ordinaryUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('No port');
  return address.port;
}
