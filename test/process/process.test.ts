import { mkdirSync, realpathSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StackClientApp } from '@stackframe/js';
import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { startChild } from '../support/child.ts';
import { startProgram } from '../support/program.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { BUILT_SERVER } from '../support/test-build.ts';
import { settingsOf } from '../support/test-server.ts';

const LISTENS = /"url":"([^"]+)"/;

describe('the production process', () => {
  it('ends with one message that names every mistake in the environment', async () => {
    await using child = startChild(BUILT_SERVER, {
      PORT: 'http',
      CORS_ORIGINS: 'https://a.example/path',
    });
    expect(await child.exited()).toBe(1);
    const lines = child.output().trim().split('\n');
    expect(lines[0]).toBe('4 mistakes in the environment:');
    expect(lines.slice(1).map((line) => line.trim().split(' ')[1])).toEqual([
      'STACK_PROJECT_ID',
      'STACK_SECRET_SERVER_KEY',
      'PORT',
      'CORS_ORIGINS',
    ]);
    expect(child.output()).not.toMatch(/\bat .*\.[jt]s/);
  });

  it('ends with one message that names every persisted document that the schema does not fit', async () => {
    using folder = makeTempFolder();
    const manifest = join(folder.path, 'documents.json');
    writeFileSync(manifest, JSON.stringify({ old: '{ me { nickname } }', half: '{', good: '{ me { id } }' }));
    await using emulator = await startEmulator();
    const env = { ...settingsOf(emulator), PORT: '0', PERSISTED_DOCUMENTS: manifest, LOG_LEVEL: 'silent' };
    await using child = startChild(BUILT_SERVER, env);
    expect(await child.exited()).toBe(1);
    expect(child.output().trim().split('\n')).toEqual([
      expect.stringMatching(/^PERSISTED_DOCUMENTS has documents that cannot be served: /),
      '  - old: Cannot query field "nickname" on type "User".',
      expect.stringMatching(/^ {2}- half: Syntax Error/),
    ]);
  });

  it.each([
    ['a variable of the app is missing', {}, /^NOTES_URL is missing$/],
    [
      'a source of the app cannot start',
      { NOTES_URL: 'x' },
      /^\{.*"The database is down".*"msg":"Could not start"\}$/,
    ],
  ])('ends with one line where %s', async (_what, env, line) => {
    await using emulator = await startEmulator();
    const TEST_APP = new URL('../support/app-that-fails.ts', import.meta.url).href;
    await using child = startChild('test/support/main.ts', { ...settingsOf(emulator), TEST_APP, ...env });
    expect(await child.exited()).toBe(1);
    expect(child.output().trim().split('\n')).toEqual([expect.stringMatching(line)]);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'on %s answers the requests under way, takes no more, and ends with code 0',
    async (signal) => {
      await using emulator = await startEmulator();
      await using child = startChild(BUILT_SERVER, {
        ...settingsOf(emulator),
        HOST: '127.0.0.1',
        PORT: '0',
        SHUTDOWN_DELAY: '0',
      });
      const [, url] = await child.printed(LISTENS);
      const { id } = emulator.people.ada;
      const gate = emulator.control.hold('profile');
      const underWay = ask(String(url), await emulator.control.mintToken({ userId: id }));
      await gate.arrived(1);
      child.process.kill(signal);
      await child.printed(/"msg":"Ending"/);
      const another = () =>
        ask(String(url), '').then(
          () => 'served',
          () => 'refused',
        );
      await expect.poll(another).toBe('refused');
      gate.release();
      expect(await underWay).toEqual({ data: { me: { id, displayName: 'Ada Lovelace' } } });
      expect(await child.exited()).toBe(0);
    },
  );

  it('ends with one line where its port is taken', async () => {
    await using emulator = await startEmulator();
    const env = { ...settingsOf(emulator), HOST: '127.0.0.1', PORT: String(new URL(emulator.url).port) };
    await using child = startChild(BUILT_SERVER, env);
    expect(await child.exited()).toBe(1);
    expect(child.output().trim().split('\n')).toHaveLength(1);
    expect(child.output()).toContain('set PORT to another');
  });
});

describe('the development process', () => {
  it('prints a curl line that answers with the signed-in user, also after a restart, and ends with code 0', async () => {
    using folder = makeTempFolder();
    const start = () =>
      startChild('src/dev.ts', { PORT: '0', DEV_DATA: folder.path }, ['--app', 'examples/notes']);
    await using child = start();
    const [pasted] = await child.printed(/curl -s \S+[\s\S]*?X-Stack-Access-Token: [\w.-]+'/);
    const { url, init } = parseCurl(pasted);
    const me = { id: expect.any(String), email: 'ada@example.test', displayName: 'Ada Lovelace' };
    expect(await (await fetch(url, init)).json()).toEqual({ data: { me } });

    // The page outlives the server: what it knows is good after a reload.
    const page = await (await fetch(url, { headers: { accept: 'text/html' } })).text();
    const [, secret] = /"secret":"([\w-]{32})"/.exec(page) ?? [];
    const signIn = async () => {
      const answer = await fetch(new URL('/dev-bar/token', url), {
        method: 'POST',
        headers: { 'x-dev-bar-secret': String(secret) },
        body: '{"person":"unverified"}',
      });
      const { accessToken } = (await answer.json()) as { readonly accessToken: string };
      const headers = { 'content-type': 'application/json', 'x-stack-access-token': accessToken };
      const asked = await fetch(url, { ...init, headers });
      return [asked.headers.get('x-profile-calls'), await asked.json()];
    };
    const linus = { id: expect.any(String), email: 'linus@example.test', displayName: 'Linus Torvalds' };
    expect(await signIn()).toEqual(['1', { data: { me: linus } }]);

    utimesSync(new URL('../../src/server/create-server.ts', import.meta.url), new Date(), new Date());
    await child.printed(/Reloaded/);
    utimesSync(new URL('../../examples/notes/schema/note.ts', import.meta.url), new Date(), new Date());
    await child.printed(/Reloaded[\s\S]*Reloaded/);
    expect(await (await fetch(url, init)).json()).toEqual({ data: { me } });
    expect(await signIn()).toEqual(['1', { data: { me: linus } }]);
    const add = await fetch(url, {
      ...init,
      body: '{"query":"mutation { addNote(text: \\"Milk\\") { text } }"}',
    });
    expect(await add.json()).toEqual({ data: { addNote: { text: 'Milk' } } });

    child.process.kill('SIGTERM');
    expect(await child.exited()).toBe(0);

    // The token, the session that it is of, and the note of the same Ada outlive all of it.
    await using again = start();
    const [, restarted = ''] = await again.printed(/GraphQL and GraphiQL: (\S+)/);
    const query = '{ me { displayName sessions { isCurrent } } notes { edges { node { text } } } }';
    const answer = await fetch(restarted, { ...init, body: JSON.stringify({ query }) });
    expect(await answer.json()).toEqual({
      data: {
        me: { displayName: 'Ada Lovelace', sessions: [{ isCurrent: true }] },
        notes: { edges: [{ node: { text: 'Milk' } }] },
      },
    });
    again.process.kill('SIGTERM');
    expect(await again.exited()).toBe(0);
  }, 60_000);

  it('prints what the SDK of a page needs to sign in, and answers that page', async () => {
    using folder = makeTempFolder();
    const origin = 'http://localhost:5173';
    await using child = startChild('src/dev.ts', {
      PORT: '0',
      DEV_DATA: folder.path,
      CORS_ORIGINS: origin,
    });
    const [, email = '', password = '', projectId = '', baseUrl = ''] = await child.printed(
      /as (\S+) with the password (\S+):\s+new StackClientApp\(\{ projectId: '(.+)', baseUrl: '(.+)', token/,
    );
    const [, url = ''] = await child.printed(/GraphQL and GraphiQL: (\S+)/);
    const stackApp = new StackClientApp({ projectId, baseUrl, tokenStore: 'memory' });
    await stackApp.signInWithCredential({ email, password, noRedirect: true });
    const token = await stackApp.getConvexClientAuth({})({ forceRefreshToken: true });
    const answer = await fetch(url, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', 'x-stack-access-token': String(token) },
      body: '{"query":"{ me { email } }"}',
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(await answer.json()).toEqual({ data: { me: { email } } });
  }, 60_000);

  it.concurrent.each([
    ['its parent', ['sh', '-c', '"$@" & wait', 'sh'], {}],
    [
      'npm behind its parent',
      ['sh', '-c', `sh -c '"$@"; true' sh "$@" & wait`, 'sh'],
      { npm_lifecycle_event: 'dev' },
    ],
    ['itself', [], {}],
  ])(
    'leaves nothing behind after SIGKILL of %s',
    async (_what, wrapper, env) => {
      const node = [process.execPath, '--disable-warning=DEP0205', '--import', 'tsx'];
      const [command = '', ...args] = [...wrapper, ...node, 'src/dev.ts', '--app', 'examples/greeting'];
      using folder = makeTempFolder();
      await using program = startProgram({
        command,
        args,
        env: { PORT: '0', DEV_DATA: folder.path, ...env },
      });
      const [, url = ''] = await program.printed(/GraphQL and GraphiQL: (\S+)/);
      program.kill('SIGKILL');
      // The output is closed by the last process that holds it.
      await program.ended();
      await expect(fetch(url)).rejects.toThrow();
    },
    60_000,
  );

  it.each([
    ['is a folder', (file: string) => mkdirSync(file), /\.env:\n {2}- is a folder: .*\n$/],
    [
      'has a colon',
      (file: string) => writeFileSync(file, 'STACK_PROJECT_ID: x'),
      /\.env:\n {2}- line 1 has a colon/,
    ],
  ])('ends with one message where .env %s', async (_what, make, message) => {
    using folder = makeTempFolder();
    make(join(folder.path, '.env'));
    const { code, output } = await runIn(folder.path, 'src/dev.ts');
    expect([code, output]).toEqual([1, expect.stringMatching(message)]);
  });

  it('says where the variables of its emulator are: in .data, also where DEV_DATA is empty', async () => {
    using folder = makeTempFolder();
    await using program = startIn(folder.path, 'src/dev.ts', { PORT: '0', DEV_DATA: '' });
    const [, file] = await program.printed(/Variables for other servers [^:]+: (\S+)/);
    expect(file).toBe(join(realpathSync(folder.path), '.data', 'emulator.env'));
  });

  it('names what is missing where only half a project is set', async () => {
    const env = { STACK_PROJECT_ID: 'internal', PORT: '0' };
    await using child = startChild('src/dev.ts', env, ['--app', 'examples/notes']);
    await child.printed(/STACK_SECRET_SERVER_KEY is missing/);
    expect(child.output()).not.toContain('emulator');
  });

  it('prints its usage for --help', async () => {
    await using child = startChild('src/dev.ts', {}, ['--help']);
    expect(await child.exited()).toBe(0);
    expect(child.output()).toContain('npm run dev -- --app <folder>');
  });

  it.each([
    [['--app', 'examples/clients'], 'examples/clients has no app.ts'],
    [['--ap', 'examples/notes'], "Unknown option '--ap'"],
  ])('ends with one line where its arguments %j name no app', async (args, message) => {
    await using child = startChild('src/dev.ts', {}, args);
    expect(await child.exited()).toBe(1);
    expect(child.output().trim().split('\n')).toEqual([expect.stringContaining(message)]);
  });
});

/** Runs a file of the sources to its end, in another folder. */
async function runIn(cwd: string, file: string) {
  await using program = startIn(cwd, file);
  return await program.ended();
}

function startIn(cwd: string, file: string, env: Readonly<Record<string, string>> = {}) {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  const tsx = import.meta.resolve('tsx');
  return startProgram({
    command: process.execPath,
    args: ['--disable-warning=DEP0205', '--import', tsx, path],
    cwd,
    env,
  });
}

async function ask(url: string, token: string): Promise<unknown> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-stack-access-token': token },
    body: JSON.stringify({ query: '{ me { id displayName } }' }),
  });
  return answer.json();
}

/** Reads a curl line as a shell would, as far as ours goes. */
function parseCurl(line: string) {
  const headers = [...line.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name, value]) => [
    String(name),
    String(value),
  ]);
  const [, url] = /curl -s (\S+)/.exec(line) ?? [];
  const [, body] = /-d '([^']+)'/.exec(line) ?? [];
  return {
    url: String(url),
    init: {
      method: 'POST',
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: String(body),
    },
  };
}
