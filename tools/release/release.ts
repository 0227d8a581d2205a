// `npm run release -- 1.2.3`: writes the version and the changelog, commits and tags; pushing the tag publishes. With --dry-run it
// does that in a clone, packs there what would be published, lists it, and leaves nothing behind.
import { parseArgs } from 'node:util';
import { ROOT } from '../build/manifests.ts';
import { rehearse } from './dry-run.ts';
import { prepareRelease, run } from './prepare-release.ts';

const USAGE = 'Usage: npm run release -- <version> [--dry-run]';

function release(): void {
  const { values, positionals } = parseArgs({
    options: { 'dry-run': { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [version, ...more] = positionals;
  if (version === undefined || more.length > 0) throw new Error(USAGE);
  const wanted = { version, date: new Date().toISOString().slice(0, 10) };
  if (values['dry-run']) {
    rehearse(ROOT, wanted);
    return;
  }
  const branch = run(ROOT, ['git', 'branch', '--show-current']);
  if (branch !== 'main') throw new Error(`Releases are made on main, not on "${branch}"`);
  const { tag, notes } = prepareRelease(ROOT, wanted);
  process.stdout.write(
    `${notes}\n\nCommitted and tagged ${tag}. To publish it: git push --atomic origin main ${tag}\n`,
  );
}

try {
  release();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
