import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { type Packed, packProject } from '../support/packed.ts';
import { startProgram } from '../support/program.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { settingsOf } from '../support/test-server.ts';

const PLANTED = 'ssk_planted';

describe('the package', () => {
  const folder = makeTempFolder();
  let packed: Packed;

  beforeAll(async () => {
    packed = await packProject(folder.path, {
      'src/app/app.ts': "import { defineApp } from '#server';\nexport const app = defineApp({});\n",
      '.env': `STACK_SECRET_SERVER_KEY=${PLANTED}\n`,
      'dist/emulator/emulator.js': '// left by another build\n',
      'dist/.env': PLANTED,
    });
  }, 60_000);
  afterAll(() => folder[Symbol.dispose]());

  it('contains the build and its documents, and nothing else', () => {
    const names = Object.keys(packed.files);
    expect(names.filter((name) => !name.startsWith('dist/')).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'package.json',
    ]);
    expect(names).toContain('dist/main.js');
    const others = names.filter((name) => !/^dist\/[\w/-]+\.(js|js\.map|d\.ts)$/.test(name));
    expect(others).toHaveLength(5);
    // What `#server` stands for in the build.
    expect(others).toContain('dist/package.json');
    expect(names.filter((name) => /emulator|dev|test|\.env/.test(name))).toEqual([]);
    expect(Object.values(packed.files).filter((text) => text.includes(PLANTED))).toEqual([]);
  });

  it('declares every package that it imports', () => {
    const sources = Object.entries(packed.files).filter(([name]) => name.endsWith('.js'));
    const imports = sources.flatMap(([, source]) => packagesIn(source));
    expect(imports).toContain('graphql-yoga');
    const declared = new Set([...Object.keys(packed.manifest.dependencies), '#server']);
    expect(imports.filter((name) => !declared.has(name))).toEqual([]);
  });

  it('has a program that names missing variables', async () => {
    await using program = startProgram({ command: packed.bin, cwd: folder.path });
    const { code, output } = await program.ended();
    expect(code).toBe(1);
    expect(output).toMatch(
      /^2 mistakes in the environment:\n.*STACK_PROJECT_ID.*\n.*STACK_SECRET_SERVER_KEY/,
    );
  });

  it('has a program that serves and exits with code 0', async () => {
    await using emulator = await startEmulator();
    const env = { ...settingsOf(emulator), HOST: '127.0.0.1', PORT: '0', SHUTDOWN_DELAY: '0' };
    await using program = startProgram({ command: packed.bin, cwd: folder.path, env });
    const [, url] = await program.printed(/"url":"([^"]+)"/);
    const { id, email } = emulator.people.ada;
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-stack-access-token': await emulator.control.mintToken({ userId: id }),
      },
      body: JSON.stringify({ query: '{ me { id email } }' }),
    });
    expect(await answer.json()).toEqual({ data: { me: { id, email } } });
    program.kill('SIGTERM');
    expect((await program.ended()).code).toBe(0);
  });
});

/** The packages that a module imports, dynamically too. */
function packagesIn(source: string): string[] {
  const specifiers = source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'".][^'"]*)['"]/g);
  return [...specifiers]
    .map(([, specifier]) => String(specifier))
    .filter((specifier) => !specifier.startsWith('node:'))
    .map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '');
}
