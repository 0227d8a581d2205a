import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startChild } from '../support/child.ts';
import { startHttpServer } from '../support/http-server.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

describe('npm run example', () => {
  it('starts emulator, server and page together beside others, prints who can sign in, and ends with code 0', {
    timeout: 60_000,
  }, async () => {
    // As while `npm run dev` and another app are running.
    await using _server = await occupy(4000);
    await using _page = await occupy(5173);
    using folder = makeTempFolder();
    await using child = startChild('examples/web/start.ts', { DEV_DATA: folder.path });
    const printed = await child.printed(
      /The app: +(\S+)\nGraphQL: +(\S+)\nProvider: .* (http\S+) [\s\S]* as (\S+) with the password (\S+)\n[\s\S]*Ctrl-C/,
    );
    const [, app, graphql, provider, email, password] = printed.map(String);
    expect(child.output()).toContain('Port 4000 is in use, so another one is taken. PORT sets it');
    expect(await (await fetch(String(app))).text()).toContain('<title>Who am I?');

    const settings = await (await fetch(`${app}src/settings.ts`)).text();
    const [key] = /pck_[\w-]+/.exec(settings) ?? [];
    const [projectId] = /"VITE_STACK_PROJECT_ID": "([^"]+)"/.exec(settings)?.slice(1) ?? [];
    const signedIn = await fetch(`${provider}/api/v1/auth/password/sign-in`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-stack-access-type': 'client',
        'x-stack-project-id': String(projectId),
        'x-stack-publishable-client-key': String(key),
      },
      body: JSON.stringify({ email, password }),
    });
    const { access_token: token } = (await signedIn.json()) as { readonly access_token: string };
    const answer = await fetch(String(graphql), {
      method: 'POST',
      headers: {
        origin: new URL(String(app)).origin,
        'content-type': 'application/json',
        'x-stack-access-token': token,
      },
      body: JSON.stringify({ query: '{ me { displayName } notes { edges { cursor } } }' }),
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe(new URL(String(app)).origin);
    expect(await answer.json()).toEqual({
      data: { me: { displayName: 'Ada Lovelace' }, notes: { edges: [] } },
    });

    child.process.kill('SIGINT');
    expect(await child.exited()).toBe(0);
    await expect(fetch(String(app))).rejects.toThrow();
    await expect(fetch(String(graphql))).rejects.toThrow();
  });

  it.each(['PORT', 'APP_PORT'])(
    'ends at once, and says what to do, where %s is set and in use',
    async (name) => {
      await using server = await startHttpServer(() => {});
      const { port } = new URL(server.url);
      await using child = startChild('examples/web/start.ts', { [name]: port });
      expect(await child.exited()).toBe(1);
      expect(child.output()).toContain(`Port ${port} is in use: set ${name} to another\n`);
    },
  );
});

/** Listens on a port, where no other process does. */
async function occupy(port: number): Promise<AsyncDisposable> {
  const server = createServer();
  const listening = once(server, 'listening');
  server.listen(port, '127.0.0.1');
  await listening.catch((error: NodeJS.ErrnoException) => expect(error.code).toBe('EADDRINUSE'));
  return {
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}
