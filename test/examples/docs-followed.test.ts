import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProgram } from '../support/program.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LEFT_OUT = new Set(['node_modules', 'dist', '.test-build', '.git', '.env', '.data']);

/** Tests of ours that an app could break, of those that take a moment: the schema, the architecture, the docs, the build. */
const OURS = [
  'test/architecture.test.ts',
  'test/app.test.ts',
  'test/docs',
  'test/graph/public-fields.test.ts',
  'test/graph/scopes.test.ts',
  'test/identity/answers.test.ts',
  'test/identity/schema.test.ts',
  'test/identity/user.test.ts',
  'test/packaging/built-server.test.ts',
  'test/server/graphiql/examples.test.ts',
];

describe('a team that follows the docs', () => {
  const folder = makeTempFolder();
  const cwd = folder.path;
  const file = (path: string) => join(cwd, path);

  beforeAll(() => {
    cpSync(ROOT, cwd, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
    for (const name of ['node_modules', 'examples/web/node_modules'])
      symlinkSync(join(ROOT, name), file(name));
    // The app as it is shipped, whatever this repository's own has become.
    const audit = readFileSync(file('src/app/app.test.ts'), 'utf8');
    const readme = readFileSync(file('src/app/README.md'), 'utf8');
    rmSync(file('src/app'), OFF);
    write(file('src/app/README.md'), readme);
    write(file('src/app/app.test.ts'), audit.replace(/(const PUBLIC_FIELDS.* = )\[[^\]]*\]/, '$1[]'));
    write(file('src/app/types.ts'), readFileSync(file('examples/greeting/types.ts'), 'utf8'));
    write(file('src/app/app.ts'), SHIPPED_APP);
  });
  afterAll(() => folder[Symbol.dispose]());

  it('adds a first field by one file and one line', async () => {
    const { 'examples/greeting/schema/greeting.ts': greeting = '' } = includesOf('README.md');
    write(file('src/app/schema/greeting.ts'), greeting);
    const lines = ["import { addGreeting } from './schema/greeting.ts';", 'schema: addGreeting,'];
    for (const line of lines) expect(readFileSync(file('README.md'), 'utf8')).toContain(`${line}\n`);
    const [first = '', second = ''] = lines;
    write(
      file('src/app/app.ts'),
      SHIPPED_APP.replace("from '#server';\n", (line) => `${line}${first}\n`).replace(
        '{}',
        `{\n  ${second}\n}`,
      ),
    );
    expect(await failing('src/app')).toEqual(['is the one that schema.graphql shows']);
  }, 120_000);

  it('adds a type by one file and one line', async () => {
    const { 'examples/greeting/schema/motto.ts': motto = '' } = includesOf('docs/adding-a-type.md');
    write(file('src/app/schema/motto.ts'), motto);
    const [code = ''] = /```ts\nimport { addGreeting }[\s\S]*?```/.exec(read('docs/adding-a-type.md')) ?? [];
    write(file('src/app/app.ts'), `${HEAD}${code.slice('```ts\n'.length, -'```'.length)}`);
    expect(await failing('src/app')).toEqual(['is the one that schema.graphql shows']);
  }, 120_000);

  it('adds a type with a database by the commands of the page, and breaks no test of ours', async () => {
    const copies = read('docs/adding-a-type.md').match(/^cp .*$/gm) ?? [];
    expect(copies).toHaveLength(2);
    for (const line of copies) await succeed({ command: 'sh', args: ['-c', line], cwd });
    // As `npm install --save-prod` does, without the registry.
    const manifest = JSON.parse(read('package.json'));
    const [, names = ''] = /^npm install --save-prod (.+)$/m.exec(read('docs/adding-a-type.md')) ?? [];
    for (const name of names.split(' ')) {
      // In a clone whose team has done so, it is there.
      const version = manifest.devDependencies[name] ?? manifest.dependencies[name];
      expect(version, name).toBeDefined();
      manifest.dependencies[name] = version;
      delete manifest.devDependencies[name];
    }
    write(file('package.json'), JSON.stringify(manifest));
    const app = read('src/app/app.ts');
    for (const [name, path] of [
      ['addGreeting', 'greeting'],
      ['addMotto', 'motto'],
    ] as const) {
      const now = read('src/app/app.ts');
      write(
        file('src/app/app.ts'),
        `import { ${name} } from './schema/${path}.ts';\n${now.replace('addNotes(builder);\n', `addNotes(builder);\n    ${name}(builder);\n`)}`,
      );
    }
    expect(app).toContain('addNotes(builder);\n');
    await succeed({ command: bin('graphql-codegen'), cwd });
    const schema = read('schema.graphql');
    for (const field of ['addNote(', 'greeting: String', 'motto: Motto']) expect(schema).toContain(field);
    await succeed({ command: bin('tsc'), args: ['--noEmit'], cwd });
    expect(await failing('src/app', ...OURS)).toEqual([]);
    const built = readdirSync(file('.test-build'), { recursive: true, encoding: 'utf8' });
    expect(built).toContainEqual(expect.stringMatching(/migrations\/0000_notes\.sql$/));
  }, 300_000);

  it('learns of a field that is public by mistake from its own test alone', async () => {
    const greeting = readFileSync(file('src/app/schema/greeting.ts'), 'utf8');
    write(
      file('src/app/schema/open.ts'),
      greeting
        .replace('addGreeting', 'addOpen')
        .replace("'greeting'", "'open'")
        .replace('t.withAuth({ member: true }).string', 't.string')
        .replace(/resolve: async[\s\S]*?\n {6}\},/, "resolve: () => 'open',"),
    );
    const app = readFileSync(file('src/app/app.ts'), 'utf8');
    write(
      file('src/app/app.ts'),
      `import { addOpen } from './schema/open.ts';\n${app.replace('    addGreeting(builder);\n', '    addGreeting(builder);\n    addOpen(builder);\n')}`,
    );
    expect(await failing('src/app/app.test.ts')).toEqual([
      'has no public field besides those that are listed',
      'is the one that schema.graphql shows',
    ]);
  }, 120_000);

  function read(path: string): string {
    return readFileSync(file(path), 'utf8');
  }

  /** The names of the tests that fail. */
  async function failing(...files: readonly string[]): Promise<readonly string[]> {
    const report = file('report.json');
    rmSync(report, OFF);
    // One worker: the other tests have the rest of the machine, and each worker imports everything.
    const args = ['run', ...files, '--no-file-parallelism', '--reporter=json', '--outputFile', report];
    await using program = startProgram({ command: bin('vitest'), args, cwd, env: { NO_COLOR: '1' } });
    const { output } = await program.ended();
    const { testResults, numTotalTests } = readReport(report, output);
    expect(numTotalTests, output).toBeGreaterThan(0);
    return testResults.flatMap(({ name, message, assertionResults }) => [
      ...(assertionResults.length === 0 ? [`${name}: ${message}`] : []),
      ...assertionResults.filter(({ status }) => status === 'failed').map(({ title }) => title),
    ]);
  }
});

const OFF = { recursive: true, force: true } as const;

const HEAD = `import { defineApp } from '#server';
import type { AppTypes } from './types.ts';
`;

const SHIPPED_APP = `${HEAD}
export const app = defineApp<AppTypes>({});
`;

interface Report {
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

function readReport(path: string, output: string): Report {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch (cause) {
    throw new Error(`vitest wrote no report:\n${output}`, { cause });
  }
}

/** The whole files that a page includes, as it shows them. */
function includesOf(page: string): Readonly<Record<string, string>> {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const blocks = text.matchAll(/<!-- include (examples\/\S+\.ts) -->\n```ts\n([\s\S]*?)```\n<!-- end -->/g);
  return Object.fromEntries([...blocks].map(([, path, code]) => [path, code]));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function bin(name: string): string {
  return join(ROOT, 'node_modules/.bin', name);
}

async function succeed(options: Parameters<typeof startProgram>[0]): Promise<void> {
  await using program = startProgram({ ...options, env: { NO_COLOR: '1', ...options.env } });
  const { code, output } = await program.ended();
  if (code !== 0) throw new Error(`${options.command} ended with ${code}:\n${output}`);
}
