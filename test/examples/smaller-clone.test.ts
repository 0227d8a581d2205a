import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startProgram } from '../support/program.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LEFT_OUT = new Set(['node_modules', 'dist', '.test-build', '.git', '.env', '.data']);

describe('a clone without the parts that docs/make-it-yours.md removes', () => {
  it('still compiles, has what generates its code, and passes its tests', { timeout: 180_000 }, async () => {
    using folder = makeTempFolder();
    const cwd = folder.path;
    cpSync(ROOT, cwd, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
    symlinkSync(join(ROOT, 'node_modules'), join(cwd, 'node_modules'));
    const run = async (command: string) => {
      await using program = startProgram({ command: 'sh', args: ['-ec', command], cwd });
      const { code, output } = await program.ended();
      if (code !== 0) throw new Error(`${command} ended with ${code}:\n${output}`);
    };

    const page = readFileSync(join(ROOT, 'docs/make-it-yours.md'), 'utf8');
    const [, commands = ''] = /```sh\n(rm -r [\s\S]*?)npm install\n```/.exec(page) ?? [];
    expect(commands).toContain('npm pkg delete');
    await run(commands);
    await run('npm run typecheck');
    // The configuration of the code generation, which takes a quarter of a minute itself.
    await run('npx tsx codegen.ts');
    const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
    expect(Object.values(scripts).filter((script) => /bench|soak|examples/.test(String(script)))).toEqual([]);
    await run(
      'npx vitest run --no-file-parallelism src/app test/architecture.test.ts test/clients/session.test.ts',
    );
  });
});
