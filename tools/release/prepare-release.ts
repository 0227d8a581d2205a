// The commit and the tag of a release. What publishes it is .github/workflows/release.yml, which the tag starts.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gte, parse } from 'semver';
import { type Release, releaseSection } from './changelog.ts';
import { VERSION_FILES, writeVersion } from './version-places.ts';

/** A release that is committed and tagged, and not yet pushed. `notes` are those of the changelog. */
export interface PreparedRelease {
  readonly tag: string;
  readonly notes: string;
}

/**
 * Writes version and changelog in a checkout, commits and tags. Throws, before it changes anything, where the version is no
 * semantic version, older than the present one or released already, the checkout has changes, or there is nothing to tell.
 */
export function prepareRelease(root: string, release: Release): PreparedRelease {
  const { version } = release;
  const tag = `v${version}`;
  const git = (...args: readonly string[]) => run(root, ['git', ...args]);
  const present = versionOf(root);
  if (parse(version)?.version !== version)
    throw new Error(`"${version}" is no version such as 1.2.3 or 1.2.3-beta.1`);
  if (!gte(version, present)) throw new Error(`${version} is older than ${present}`);
  if (git('status', '--porcelain') !== '') throw new Error('The checkout has changes: commit them first');
  if (git('tag', '--list', tag) !== '')
    throw new Error(`The tag ${tag} exists: ${version} has been released`);
  const file = join(root, 'CHANGELOG.md');
  const { changelog, notes } = releaseSection(readFileSync(file, 'utf8'), release);

  writeVersion(root, { from: present, to: version });
  run(root, ['npm', 'version', version, '--no-git-tag-version', '--allow-same-version', '--ignore-scripts']);
  writeFileSync(file, changelog);
  git('add', 'CHANGELOG.md', 'package.json', 'package-lock.json', ...VERSION_FILES);
  git('commit', '--quiet', '--message', `Release ${version}`);
  // Headings of the notes begin as comments do.
  run(root, ['git', 'tag', '--annotate', tag, '--cleanup=verbatim', '--file=-'], `${version}\n\n${notes}\n`);
  return { tag, notes };
}

/** The version in the manifest of a checkout. */
export function versionOf(root: string): string {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}

/** What a command writes to standard output. Throws where it fails. */
export function run(cwd: string, [command = '', ...args]: readonly string[], input = ''): string {
  return execFileSync(command, args, {
    cwd,
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
  }).trim();
}
