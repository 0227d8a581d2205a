import { describe, expect, it } from 'vitest';
import { startChild } from '../support/child.ts';
import { startHttpServer } from '../support/http-server.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

describe('npm run example', () => {
  it('starts emulator, server and page together, prints who can sign in, and ends with code 0', {
    timeout: 60_000,
  }, async () => {
    const port = await freePort();
    using folder = makeTempFolder();
    const env = { PORT: '0', APP_PORT: port, DEV_DATA: folder.path };
    await using child = startChild('examples/web/start.ts', env);
    const printed = await child.printed(
      /The app: +(\S+)\nGraphQL: +(\S+)\nProvider: .* (http\S+) [\s\S]* as (\S+) with the password (\S+)\n[\s\S]*Ctrl-C/,
    );
    const [, app, graphql, provider, email, password] = printed.map(String);
    expect(app).toBe(`http://127.0.0.1:${port}/`);
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
        origin: `http://127.0.0.1:${port}`,
        'content-type': 'application/json',
        'x-stack-access-token': token,
      },
      body: JSON.stringify({ query: '{ greetingIn(language: "fr") }' }),
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe(`http://127.0.0.1:${port}`);
    expect(await answer.json()).toEqual({ data: { greetingIn: 'Bonjour, Ada Lovelace!' } });

    child.process.kill('SIGINT');
    expect(await child.exited()).toBe(0);
    await expect(fetch(String(app))).rejects.toThrow();
    await expect(fetch(String(graphql))).rejects.toThrow();
  });
});

/** A port that is free at this moment. */
async function freePort(): Promise<string> {
  await using server = await startHttpServer(() => {});
  return new URL(server.url).port;
}
