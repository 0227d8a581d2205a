import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmulator } from '../../../src/emulator/emulator.ts';
import { loadAssets } from '../../../src/server/graphiql/assets.ts';
import { startServerProcess } from '../../support/server-process.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

const BROWSER = { headers: { accept: 'text/html' } };

describe("GraphiQL's files", () => {
  let test: TestServer;
  let folder: string;
  beforeAll(async () => {
    test = await startTestServer({ env: { GRAPHIQL: 'true', AUTH_REQUIRED: 'true' } });
    const html = await (await test.fetch('/graphql', BROWSER)).text();
    folder = `/${/graphiql\/[\w-]{16}/.exec(html)}`;
  });
  afterAll(() => test[Symbol.asyncDispose]());

  const get = (name: string, headers = {}, method = 'GET') =>
    test.fetch(`${folder}/${name}`, { method, headers });
  const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

  it.each([
    ['graphiql.js', 'text/javascript; charset=utf-8', 5_000_000],
    ['graphiql.css', 'text/css; charset=utf-8', 500_000],
    ['graphql.worker.js', 'text/javascript; charset=utf-8', 1_000_000],
    ['page.js', 'text/javascript; charset=utf-8', 1_000],
    ['favicon.ico', 'image/x-icon', 10_000],
  ])('may be cached permanently: %s', async (name, type, atLeast) => {
    const answer = await get(name);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('vary')).toBe('Accept-Encoding, Origin');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'");
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect((await bytesOf(answer)).length).toBeGreaterThan(atLeast);
  });

  it('are sent in an accepted encoding', async () => {
    const plain = await bytesOf(await get('graphiql.js'));
    const decoders = { br: brotliDecompressSync, gzip: gunzipSync, none: (bytes: Buffer) => bytes };
    for (const [accepted, expected] of [
      ['gzip, deflate, br, zstd', 'br'],
      ['gzip;q=1.0, br;q=0', 'gzip'],
      ['gzip', 'gzip'],
      ['identity', 'none'],
      ['br;q=0.0, gzip;q=0', 'none'],
      ['bread', 'none'],
    ] as const) {
      const answer = await get('graphiql.js', { 'accept-encoding': accepted });
      expect(answer.headers.get('content-encoding') ?? 'none').toBe(expected);
      const bytes = await bytesOf(answer);
      expect(answer.headers.get('content-length')).toBe(String(bytes.length));
      expect(decoders[expected](bytes).equals(plain)).toBe(true);
      if (expected !== 'none') expect(bytes.length).toBeLessThan(plain.length / 3);
    }
  });

  it('are answered to HEAD with headers only', async () => {
    const answer = await get('page.js', { 'accept-encoding': 'br' }, 'HEAD');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-encoding')).toBe('br');
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(await answer.text()).toBe('');
  });

  it.each([
    '/graphiql/',
    '/graphiql/page.js',
    '/graphiql/AAAAAAAAAAAAAAAA/page.js',
    '/graphiql/FOLDER/',
    '/graphiql/FOLDER/nothing.js',
    '/graphiql/FOLDER/page.js/',
    '/graphiql/FOLDER/%2e%2e/page.js',
    '/graphiql/FOLDER/constructor',
    '/graphiql/FOLDER/..%2f..%2fpackage.json',
  ])('do not include %s', async (path) => {
    const answer = await test.fetch(path.replace('/graphiql/FOLDER', folder));
    expect(answer.status).toBe(404);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).not.toContain('MonacoEnvironment');
  });
});

describe('the folder of the files', () => {
  it('changes its name only when a file changes', async () => {
    using temp = makeTempFolder();
    const file = join(temp.path, 'more.js');
    const more = { 'more.js': pathToFileURL(file) };
    writeFileSync(file, 'one');
    const [first, same] = [await loadAssets(more), await loadAssets(more)];
    writeFileSync(file, 'two');
    const changed = await loadAssets(more);
    expect(same.folder).toBe(first.folder);
    expect(changed.folder).not.toBe(first.folder);
    expect(changed.folder).toMatch(/^[\w-]{16}$/);
  });
});

describe('the nine megabytes', () => {
  it.each([
    ['never', { GRAPHIQL: 'false' }, ['/graphql', '/health'], false],
    ['not before the first request for the page', { GRAPHIQL: 'true' }, ['/health'], false],
    ['with the page', { GRAPHIQL: 'true' }, ['/graphql'], true],
  ])('are loaded %s', async (_when, env, paths, expected) => {
    using temp = makeTempFolder();
    await using emulator = await startEmulator();
    // With this variable Node records every script that it loads.
    await using server = await startServerProcess(emulator, { ...env, NODE_V8_COVERAGE: temp.path });
    for (const path of paths) await (await fetch(server.url + path, BROWSER)).text();
    server.process.kill('SIGTERM');
    expect(await server.exited()).toBe(0);
    const written = readdirSync(temp.path).map((name) => readFileSync(join(temp.path, name), 'utf8'));
    const loaded = written.flatMap((text) =>
      (JSON.parse(text) as { readonly result: { readonly url: string }[] }).result.map(({ url }) => url),
    );
    expect(loaded.some((url) => url.endsWith('/serve-own-types.js'))).toBe(true);
    expect(loaded.some((url) => /\/graphiql-\w+\.js$/.test(url))).toBe(expected);
  });
});
