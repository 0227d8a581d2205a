import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startProgram } from '../support/program.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLE = join(ROOT, 'examples/adding-a-type');
const FIRST_FIELD = join(ROOT, 'examples/first-field');
const NEEDED = [
  'src',
  'test',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  'tsconfig.build.json',
  'codegen.ts',
  'schema.graphql',
];

describe('the examples of a first field and of a type', () => {
  it('can be put in place, compile, and pass their own tests and those of the schema', async () => {
    using folder = makeTempFolder();
    const { path: cwd } = folder;
    for (const name of NEEDED) cpSync(join(ROOT, name), join(cwd, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(cwd, 'node_modules'));

    // As the README says, and then docs/adding-a-type.md.
    for (const example of [FIRST_FIELD, EXAMPLE])
      for (const name of ['src', 'test']) cpSync(join(example, name), join(cwd, name), { recursive: true });
    addBelow(join(cwd, 'src/identity/schema.ts'), "import './session.ts';\n", "import './greeting.ts';\n");
    addBelow(
      join(cwd, 'test/identity/schema.test.ts'),
      "  'Query.session': { authenticated: true },\n",
      "  'Query.greeting': { member: true },\n",
    );
    // No repository above the folder may take part: git would leave out what lies outside of its own folder.
    const env = { GIT_CEILING_DIRECTORIES: join(cwd, '..') };
    await succeed({ command: 'git', args: ['apply', join(EXAMPLE, 'changes.patch')], cwd, env });
    await succeed({ command: bin('graphql-codegen'), cwd });
    const project = { extends: './tsconfig.json', include: ['src', 'test/schema'] };
    writeFileSync(join(cwd, 'tsconfig.example.json'), JSON.stringify(project));
    await succeed({ command: bin('tsc'), args: ['--project', 'tsconfig.example.json'], cwd });
    const output = await succeed({
      command: bin('vitest'),
      args: ['run', 'test/schema', 'test/architecture.test.ts'],
      cwd,
    });

    expect(output).toMatch(/test\/schema\/note\.test\.ts .*4 tests/);
    expect(output).toMatch(/test\/schema\/greeting\.test\.ts .*1 test/);
    expect(readFileSync(join(cwd, 'schema.graphql'), 'utf8')).toContain('addNote(');
  }, 120_000);
});

function addBelow(file: string, line: string, added: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(line)) throw new Error(`${file} has no line ${line}`);
  writeFileSync(file, text.replace(line, line + added));
}

function bin(name: string): string {
  return join(ROOT, 'node_modules/.bin', name);
}

async function succeed(options: Parameters<typeof startProgram>[0]): Promise<string> {
  await using program = startProgram({ ...options, env: { NO_COLOR: '1', ...options.env } });
  const { code, output } = await program.ended();
  if (code !== 0) throw new Error(`${options.command} ended with ${code}:\n${output}`);
  return output;
}
