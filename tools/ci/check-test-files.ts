// Fails where a test file is in no Vitest project, so that neither `npm test` nor CI runs it.
import { execFileSync } from 'node:child_process';
import { relative } from 'node:path';

/** The tests of examples/dependency are run where it is installed, by tools/ci/check-dependency.ts. */
const PATTERNS = ['*.test.*', '*.spec.*', ':!examples/dependency'];

function linesOf(command: string, args: readonly string[]): string[] {
  return execFileSync(command, args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}

const existing = linesOf('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...PATTERNS]);
const listed: readonly { readonly file: string }[] = JSON.parse(
  execFileSync('npx', ['vitest', 'list', '--filesOnly', '--json'], { encoding: 'utf8' }),
);
const run = new Set(listed.map(({ file }) => relative(process.cwd(), file)));
const missing = existing.filter((file) => !run.has(file));
if (run.size === 0 || missing.length > 0) {
  process.stderr.write(`In no project of vitest.config.ts:\n${missing.join('\n')}\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`${run.size} test files, each in a project\n`);
}
