import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageHeaders, renderPage } from '../../../src/server/graphiql/page.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

const BROWSER = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

describe("GraphiQL's page", () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer({ env: { GRAPHIQL: 'true', AUTH_REQUIRED: 'true' } });
  });
  afterAll(() => test[Symbol.asyncDispose]());

  it('is small, never cached, and refers to existing files', async () => {
    const answer = await test.fetch('/graphql', BROWSER);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const html = await answer.text();
    expect(html.length).toBeLessThan(10_000);
    const names = [...html.matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]+)"/g)].map(([, name]) => name);
    expect(names).toHaveLength(4);
    for (const name of names) expect((await test.fetch(`/${name}`)).status).toBe(200);
    expect(html).toContain('X-Stack-Access-Token');
  });

  it('is served whatever the query string of the endpoint', async () => {
    const path = '/graphql?query={__typename}';
    const answer = await test.fetch(path, BROWSER);
    const html = await answer.text();
    const [, script] = /<script [^>]*src="([^"]+)"/.exec(html) ?? [];
    const { pathname } = new URL(String(script), new URL(path, 'http://localhost'));
    expect((await test.fetch(pathname)).status).toBe(200);
  });

  it('allows only its own scripts and files, by a nonce that differs for each load', async () => {
    const nonces = new Set<string>();
    for (const _load of [1, 2]) {
      const answer = await test.fetch('/graphql', BROWSER);
      const policy = directivesOf(answer.headers.get('content-security-policy'));
      const [, nonce] = /^'nonce-([\w-]{22})'$/.exec(String(policy['script-src'])) ?? [];
      expect(policy).toEqual({
        'default-src': "'none'",
        'script-src': `'nonce-${nonce}'`,
        'style-src': "'self' 'unsafe-inline'",
        'img-src': "'self' data:",
        'font-src': 'data:',
        'connect-src': "'self'",
        'worker-src': "'self'",
        'base-uri': "'none'",
        'form-action': "'none'",
        'frame-ancestors': "'none'",
      });
      const scripts = [...(await answer.text()).matchAll(/<script [^>]*>/g)].map(([tag]) => tag);
      expect(scripts.filter((tag) => tag.includes(`nonce="${nonce}"`))).toHaveLength(2);
      expect(scripts.filter((tag) => !tag.includes('nonce='))).toEqual([
        '<script type="application/json" id="settings">',
      ]);
      nonces.add(String(nonce));
    }
    expect(nonces.size).toBe(2);
  });

  it('cannot be framed, and sends no referrer', async () => {
    const { headers } = await test.fetch('/graphql', BROWSER);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('answers HEAD with the same headers and no body', async () => {
    const get = await test.fetch('/graphql', BROWSER);
    const head = await test.fetch('/graphql', { ...BROWSER, method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    const names = (answer: Response) => [...answer.headers.keys()];
    expect(names(head)).toEqual(names(get));
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
  });

  it('is neither logged nor counted as a request of the API', async () => {
    const before = test.logged.length;
    await test.fetch('/graphql', BROWSER);
    expect(test.logged.slice(before)).toEqual([]);
  });

  it('is sent only to clients that accept HTML', async () => {
    const token = await test.emulator.control.mintToken({ userId: test.emulator.people.ada.id });
    const headers = { accept: 'application/json', 'x-stack-access-token': token };
    const answer = await test.fetch('/graphql?query={__typename}', { headers });
    expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
    const refused = await test.fetch('/graphql?query={__typename}', { headers: { accept: '*/*' } });
    expect(refused.status).toBe(401);
  });
});

describe('a server without GRAPHIQL', () => {
  it('has neither the page nor its files', async () => {
    await using on = await startTestServer({ env: { GRAPHIQL: 'true' } });
    const html = await (await on.fetch('/graphql', BROWSER)).text();
    const [, script] = /src="([^"]+)"/.exec(html) ?? [];
    expect((await on.fetch(`/${script}`)).status).toBe(200);
    await using off = await startTestServer();
    const page = await off.fetch('/graphql', BROWSER);
    expect(await page.text()).not.toContain('<html');
    expect(page.headers.get('content-security-policy')).toBeNull();
    expect((await off.fetch(`/${script}`)).status).toBe(404);
  });
});

describe('the rendered page', () => {
  const HOSTILE = '</script><script>alert(1)</script><!--<script>\u2028"\\';

  it('keeps its settings JSON, whatever they contain', () => {
    const extension = { script: 'a.js', style: 'a.css', markup: '', settings: { [HOSTILE]: [HOSTILE] } };
    const html = renderPage({ folder: 'graphiql/x', nonce: 'abc', extension });
    const without = renderPage({ folder: 'graphiql/x', nonce: 'abc' });
    const count = (text: string) => text.split(/<\/?script|<!--/).length;
    expect(count(html)).toBe(count(without));
    const [, json] = /<script type="application\/json" id="settings">([\s\S]*?)<\/script>/.exec(html) ?? [];
    expect(JSON.parse(String(json)).extension.settings).toEqual({ [HOSTILE]: [HOSTILE] });
  });

  it('has headers of one line each', () => {
    for (const value of Object.values(pageHeaders('abc'))) expect(value).toMatch(/^[\x20-\x7e]+$/);
  });
});

function directivesOf(policy: string | null): Record<string, string> {
  return Object.fromEntries((policy ?? '').split('; ').map((part) => part.split(/ (.*)/).slice(0, 2)));
}
