import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, readManifest } from '../../tools/build/manifests.ts';
import { runProgram } from '../support/doctor.ts';
import { startProgram } from '../support/program.ts';
import { TEST_BUILD } from '../support/test-build.ts';

const BUILD = join(ROOT, TEST_BUILD);

const AT_THE_START = /(?:from|import)"\.\/([^"]+\.js)"/g;
const AT_ANY_TIME = /(?:from|import|import\()"\.\/([^"]+\.js)"/g;

describe('the built server', () => {
  const files = readdirSync(BUILD);
  /** Texts are broken where lines are. */
  const read = (file: string) => readFileSync(join(BUILD, file), 'utf8').replaceAll('\\\n', '');
  const scripts = files.filter((file) => file.endsWith('.js'));
  const sourcesOf = (file: string) =>
    (JSON.parse(read(`${file}.map`)) as { readonly sources: readonly string[] }).sources;
  const sources = scripts.flatMap(sourcesOf);
  /** The server without an app, and the files that it imports, at its start or also later. */
  const loadedBy = (pattern: RegExp) => {
    const loaded = ['serve-own-types.js'];
    for (const file of loaded) {
      const imports = read(file).matchAll(pattern);
      loaded.push(...[...imports].flatMap(([, name = '']) => (loaded.includes(name) ? [] : [name])));
    }
    return loaded;
  };

  it('has the server and its dependencies, and nothing of the emulator or of development', () => {
    expect(sources).toContain('../src/auth/verify.ts');
    expect(sources.filter((source) => source.endsWith('/graphql/execution/execute.mjs'))).toHaveLength(1);
    expect(sources.filter((source) => /\/src\/(emulator|dev)[./]|\/hono\//.test(source))).toEqual([]);
    // A header of the emulator's own. Source maps could be wrong.
    expect(scripts.filter((file) => read(file).includes('x-emulator-secret'))).toEqual([]);
  });

  it('needs no package beside it, apart from those of the app', () => {
    const { name, version } = readManifest(ROOT);
    const { dependencies, ...manifest } = JSON.parse(read('package.json'));
    expect(manifest).toEqual({ name, version, private: true, type: 'module' });
    const imported = loadedBy(AT_ANY_TIME).flatMap((file) =>
      [...read(file).matchAll(/(?:\bfrom|\bimport|\b[rR]equire\()"([\w@][\w@/:.-]*)"/g)].map(
        ([, name = '']) => name,
      ),
    );
    expect(imported).toContain('node:http');
    expect(imported.filter((name) => name in dependencies)).toEqual([]);
    expect(
      imported.filter((name) => !isBuiltin(name) && existsSync(join(ROOT, 'node_modules', name))),
    ).toEqual([]);
  });

  it('loads tracing, metrics, GraphiQL and the doctor when they are used', () => {
    const atStart = [...new Set(loadedBy(AT_THE_START))].flatMap(sourcesOf);
    const later =
      /src\/(?:core\/tracing|process\/metrics|cli\/doctor\/.*)\.ts$|\/(?:prom-client|@opentelemetry\/sdk-trace|render-graphiql)\//;
    expect(atStart).toContain('../src/auth/verify.ts');
    expect(atStart.filter((source) => later.test(source))).toEqual([]);
    expect(sources.filter((source) => later.test(source)).length).toBeGreaterThan(30);
  });

  it("evaluates neither Node's own fetch nor HTTP/2 at start", async () => {
    const print = "process.once('exit', () => console.log('Loaded ' + process.moduleLoadList.join(' ')));";
    await using program = startProgram({
      command: process.execPath,
      args: [
        '--import',
        `data:text/javascript,${encodeURIComponent(print)}`,
        join(BUILD, 'serve-own-types.js'),
      ],
      env: {
        STACK_PROJECT_ID: '6690d491-8735-43f7-95a3-3e9d5c0962bf',
        STACK_SECRET_SERVER_KEY: 'ssk_none',
        STACK_API_URL: 'http://127.0.0.1:9',
        HOST: '127.0.0.1',
        PORT: '0',
        SHUTDOWN_DELAY: '0',
      },
    });
    await program.printed(/"msg":"Listening"/);
    program.kill('SIGTERM');
    const { code, output } = await program.ended();
    const [, loaded = ''] = /^Loaded (.*)$/m.exec(output) ?? [];
    expect(code).toBe(0);
    expect(loaded).toContain('NativeModule http ');
    expect(loaded).not.toMatch(/NativeModule (internal\/deps\/undici\/undici|http2)( |$)/);
  });

  it("has none of Zod's messages in other languages", () => {
    const withText = (text: string) => scripts.filter((file) => read(file).includes(text));
    expect(withText('Invalid input: expected')).not.toEqual([]);
    expect(withText('Eingabe: erwartet')).toEqual([]);
  });

  it('keeps the names of functions and classes, for stacks in the log', () => {
    for (const code of [/function createDocumentRules\(/, /\bAppError(=class)? extends Error\b/]) {
      expect(scripts.filter((file) => code.test(read(file)))).toHaveLength(1);
    }
  });

  it('names the licence of every package in it', () => {
    const packages = sources
      .flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? [])
      // The maps of some packages name sources that they do not have.
      .filter((name) => existsSync(join(ROOT, 'node_modules', name, 'package.json')));
    expect(new Set(packages).size).toBeGreaterThan(40);
    const named = [...read('LICENSES.md').matchAll(/^## (\S+) \d+\S+\n\nLicence: \(?[\w-]+/gm)].map(
      ([, name]) => name,
    );
    expect(named).toEqual(expect.arrayContaining([...new Set(packages), '@graphql-yoga/render-graphiql']));
    expect(read('LICENSES.md')).not.toContain('none named');
  });

  it('knows its version', async () => {
    const { stdout } = await runProgram({ args: ['--version'], cwd: BUILD });
    expect(stdout).toBe(`${readManifest(ROOT).version}\n`);
  });
});
