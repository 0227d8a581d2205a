import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundle } from '../../tools/build/bundle.ts';
import { findExternalPackages } from '../../tools/build/external-packages.ts';
import { ROOT } from '../../tools/build/manifests.ts';
import { checkCopies } from '../../tools/build/plugins/share-graphql.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { startHttpServer } from '../support/http-server.ts';
import { startProgram } from '../support/program.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

/** Files by path; a manifest's object is written as JSON. */
type Files = Readonly<Record<string, string | object>>;

function write(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** A package without native files, in node_modules, by its path there. */
const installed = (path: string, manifest: object = {}): Files => ({
  [`node_modules/${path}/package.json`]: {
    name: path.replace(/^.*node_modules\//, ''),
    version: '1.2.3',
    ...manifest,
  },
});

function externalOf(root: object, files: Files): Record<string, string> {
  using folder = makeTempFolder();
  write(folder.path, { 'package.json': root, ...files });
  return Object.fromEntries(findExternalPackages(folder.path));
}

describe('the packages that are not bundled', () => {
  it.each<[string, object, Files, object]>([
    ['none', { dependencies: { a: '^1.0.0' } }, installed('a'), {}],
    [
      'a native one',
      { dependencies: { a: '^1.0.0' } },
      { ...installed('a'), 'node_modules/a/build/x.node': '' },
      { a: '1.2.3' },
    ],
    [
      'one with WebAssembly, needed by another',
      { dependencies: { b: '^1.0.0' } },
      {
        ...installed('b', { dependencies: { a: '^1.0.0' } }),
        ...installed('a'),
        'node_modules/a/x.wasm': '',
      },
      { a: '1.2.3' },
    ],
    [
      'the one that names native packages for platforms, and not these',
      { dependencies: { a: '^1.0.0' } },
      {
        ...installed('a', { optionalDependencies: { '@a/linux': '1.2.3', '@a/darwin': '1.2.3' } }),
        ...installed('@a/linux'),
        'node_modules/@a/linux/x.node': '',
      },
      { a: '1.2.3' },
    ],
    [
      'none because a nested package is native: that one alone',
      { dependencies: { b: '^1.0.0' } },
      {
        ...installed('b', { dependencies: { a: '^1.0.0' } }),
        ...installed('b/node_modules/a'),
        'node_modules/b/node_modules/a/x.node': '',
      },
      { a: '1.2.3' },
    ],
    ['a listed one', { dependencies: { a: '^1.0.0' }, external: ['a'] }, installed('a'), { a: '1.2.3' }],
    [
      'none that imports graphql, though it is native',
      { dependencies: { a: '^1.0.0' } },
      { ...installed('a', { peerDependencies: { graphql: '^16.0.0' } }), 'node_modules/a/x.node': '' },
      {},
    ],
    ['none that only development needs', { devDependencies: { a: '^1.0.0' } }, installed('a'), {}],
  ])('are: %s', (_which, root, files, expected) => {
    expect(externalOf(root, files)).toEqual(expected);
  });

  it.each<[string, object, Files, RegExp]>([
    [
      'is listed and imports graphql',
      { dependencies: { a: '^1.0.0' }, external: ['a'] },
      installed('a', { dependencies: { graphql: '^16.0.0' } }),
      /second copy of graphql/,
    ],
    ['is listed and no dependency', { external: ['a'] }, {}, /lists no dependency: a/],
    [
      'is needed in two versions',
      { dependencies: { a: '^1.0.0', b: '^1.0.0' } },
      {
        ...installed('a'),
        'node_modules/a/x.node': '',
        ...installed('b', { dependencies: { a: '^2.0.0' } }),
        ...installed('b/node_modules/a', { version: '2.0.0' }),
        'node_modules/b/node_modules/a/x.node': '',
      },
      /a cannot be bundled, and is needed as 1.2.3 and as 2.0.0/,
    ],
  ])('stop the build where one %s', (_what, root, files, message) => {
    expect(() => externalOf(root, files)).toThrow(message);
  });
});

describe('a bundle', () => {
  it('finds files beside modules, CommonJS ones too, and what Node has', async () => {
    using folder = makeTempFolder();
    write(folder.path, {
      'src/deep/main.ts': `import { readFileSync } from 'node:fs';
        import { host } from 'common';
        const __dirname = 'a name of its own';
        const text = readFileSync(new URL('text.txt', import.meta.url), 'utf8');
        const more = readFileSync(new URL('more/one.txt', new URL('folder/', import.meta.url)), 'utf8');
        const lazy = await import('./lazy.ts');
        console.log(JSON.stringify([text, more, lazy.text, typeof host, __dirname]));`,
      'src/deep/lazy.ts': `import { readFileSync } from 'node:fs';
        export const text = readFileSync(new URL('../text.txt', import.meta.url), 'utf8');`,
      'src/deep/text.txt': 'beside it',
      'src/deep/folder/more/one.txt': 'in a folder',
      'src/text.txt': 'beside its parent',
      'node_modules/common/package.json': { name: 'common', version: '1.0.0', main: 'main.js' },
      'node_modules/common/main.js': `exports.host = require('node' + ':os').hostname();
        if (!require('fs').existsSync(__dirname) || !__filename.startsWith(__dirname)) throw new Error(__dirname);`,
    });
    const outdir = join(folder.path, 'out');
    write(outdir, { 'package.json': { type: 'module' } });
    await bundle({ entries: { main: join(folder.path, 'src/deep/main.ts') }, outdir, external: [] });
    await using program = startProgram({ command: process.execPath, args: [join(outdir, 'main.js')] });
    const { code, output } = await program.ended();
    expect(output.trim()).toBe(
      JSON.stringify(['beside it', 'in a folder', 'beside its parent', 'string', 'a name of its own']),
    );
    expect(code).toBe(0);
  });

  it('sends requests through a proxy, with the part of undici that it has', async () => {
    await using server = await startHttpServer(
      (_request, response) => void response.end('{"answered":true}'),
    );
    const { port } = new URL(server.url);
    await using proxy = await startConnectProxy({ to: Number(port), answer: 'tunnel' });
    using folder = makeTempFolder();
    write(folder.path, {
      'main.ts': `import { createUpstream } from '${join(ROOT, 'src/core/http-client.ts')}';
        const options = { connections: 1, timeout: 5_000 };
        const direct = createUpstream({ ...options, url: '${server.url}' });
        const proxied = createUpstream({ ...options, url: 'http://provider.test:${port}', proxy: { http: '${proxy.url}' } });
        for (const upstream of [direct, proxied]) {
          console.log((await upstream.get({ path: '/' })).body);
          await upstream.close();
        }`,
      'out/package.json': { type: 'module' },
    });
    const outdir = join(folder.path, 'out');
    const { inputs } = await bundle({
      entries: { main: join(folder.path, 'main.ts') },
      outdir,
      external: [],
    });
    await using program = startProgram({ command: process.execPath, args: [join(outdir, 'main.js')] });
    expect(await program.ended()).toEqual({ code: 0, output: '{"answered":true}\n{"answered":true}\n' });
    expect(proxy.asked).toHaveLength(1);
    expect(Object.keys(inputs)).toContain('node_modules/undici/lib/dispatcher/pool.js');
    expect(Object.keys(inputs)).not.toContain('node_modules/undici/index.js');
  });

  it('has all of undici for an app that imports it', async () => {
    using folder = makeTempFolder();
    write(folder.path, {
      'main.ts': `import { FormData, Response } from '${join(ROOT, 'node_modules/undici/index.js')}';
        const form = new FormData();
        form.set('a', 'b');
        console.log((await new Response(form).formData()).get('a'));`,
      'out/package.json': { type: 'module' },
    });
    const outdir = join(folder.path, 'out');
    await bundle({ entries: { main: join(folder.path, 'main.ts') }, outdir, external: [] });
    await using program = startProgram({ command: process.execPath, args: [join(outdir, 'main.js')] });
    expect(await program.ended()).toEqual({ code: 0, output: 'b\n' });
  });

  it.each(['nothing.txt', '.'])('is refused where a module names %s', async (path) => {
    using folder = makeTempFolder();
    write(folder.path, { 'main.ts': `console.log(new URL('${path}', import.meta.url));` });
    const entries = { main: join(folder.path, 'main.ts') };
    const built = bundle({ entries, outdir: join(folder.path, 'out'), external: [], logLevel: 'silent' });
    await expect(built).rejects.toThrow('names no file that can be copied');
  });
});

describe('the copies of graphql and Pothos in a bundle', () => {
  const check = (...files: readonly string[]) => {
    checkCopies({ inputs: Object.fromEntries(files.map((file) => [file, input])), outputs: {} });
  };
  const input = { bytes: 1, imports: [] };

  it('are one each', () => {
    expect(() =>
      check(
        'src/main.ts',
        'node_modules/graphql/index.mjs',
        'node_modules/graphql/language/ast.mjs',
        'node_modules/graphql-yoga/esm/index.js',
        'node_modules/@pothos/core/esm/index.js',
        'node_modules/@pothos/core/esm/types/builder.js',
      ),
    ).not.toThrow();
  });

  it.each([
    ['CommonJS beside modules', 'node_modules/graphql/index.mjs', 'node_modules/graphql/index.js'],
    ['a nested one', 'node_modules/graphql/index.mjs', 'node_modules/x/node_modules/graphql/index.mjs'],
    ['two of Pothos', 'node_modules/@pothos/core/esm/index.js', 'node_modules/@pothos/core/lib/index.js'],
  ])('are refused: %s', (_which, ...files) => {
    expect(() => check(...files)).toThrow('is bundled more than once');
  });
});
