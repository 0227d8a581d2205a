// A release up to what needs a registry, Docker or the repository's host: in a clone that is removed afterwards.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Release } from './changelog.ts';
import { prepareRelease, run } from './prepare-release.ts';

/** What would be published has to be there; a file of the source must not be. */
const WANTED = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'LICENSES.md',
  'schema.graphql',
  'bin/main.js',
];

/** Makes the release of the last commit of a checkout, and prints what would be published. Throws where a step fails. */
export function rehearse(root: string, release: Release): void {
  const clone = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    run(root, ['git', 'clone', '--quiet', '--no-hardlinks', root, clone]);
    for (const [key, value] of Object.entries({ name: 'dry run', email: 'dry-run@example.com' }))
      run(clone, ['git', 'config', `user.${key}`, value]);
    const { tag, notes } = prepareRelease(clone, release);
    symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
    print(`The notes of ${tag}`, notes);
    print('What the commit changes', run(clone, ['git', 'show', '--stat', '--format=%s', 'HEAD']));
    print('The package', pack(clone, release.version));
    print('Its bill of materials', billOfMaterials(clone));
    print('Left out', 'git push, npm publish, the image and the release page: .github/workflows/release.yml');
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}

/** The files of the package, as npm would publish them. */
function pack(clone: string, version: string): string {
  run(clone, ['npm', 'run', 'pack', '--silent']);
  const archive = `dist/stack-auth-graphql-${version}.tgz`;
  const files = run(clone, ['tar', '--list', '--file', archive])
    .split('\n')
    .map((file) => file.replace('package/', ''));
  const missing = WANTED.filter((file) => !files.includes(file));
  if (missing.length > 0) throw new Error(`${archive} lacks ${missing.join(', ')}`);
  const manifest = JSON.parse(
    run(clone, ['tar', '--extract', '--to-stdout', '--file', archive, 'package/package.json']),
  );
  if (manifest.version !== version) throw new Error(`${archive} says that it is ${manifest.version}`);
  return `${archive}: ${files.length} files`;
}

/** The packages that the server has in it, by the lock file. */
function billOfMaterials(clone: string): string {
  const bill = JSON.parse(
    run(clone, ['npm', 'sbom', '--omit=dev', '--package-lock-only', '--sbom-format=cyclonedx']),
  );
  return `CycloneDX ${bill.specVersion}: ${bill.components.length} packages`;
}

function print(title: string, text: string): void {
  process.stdout.write(`== ${title}\n${text}\n\n`);
}
