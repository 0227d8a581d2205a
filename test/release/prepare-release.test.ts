import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT, readManifest } from '../../tools/build/manifests.ts';
import { prepareRelease } from '../../tools/release/prepare-release.ts';
import { VERSION_FILES } from '../../tools/release/version-places.ts';

const FILES = ['CHANGELOG.md', 'package.json', 'package-lock.json', ...VERSION_FILES];
const PRESENT = readManifest(ROOT).version;
const DATE = '2026-11-29';
const ENTRY = '- What this release is about.';

describe('a release', () => {
  let root: string;
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const read = (file: string) => readFileSync(join(root, file), 'utf8');

  // The files that a release changes, in a repository of their own.
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'release-'));
    for (const file of FILES) cpSync(join(ROOT, file), join(root, file));
    writeFileSync(join(root, 'CHANGELOG.md'), `# Changelog\n\n## Unreleased\n\n### Added\n\n${ENTRY}\n`);
    git('init', '--quiet', '--initial-branch=main');
    git('config', 'user.name', 'test');
    git('config', 'user.email', 'test@example.com');
    git('add', '.');
    git('commit', '--quiet', '--message', 'Begin');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it.each(['999.0.0', '999.0.0-beta.1', PRESENT])('is a commit and a tag: %s', (version) => {
    const { tag, notes } = prepareRelease(root, { version, date: DATE });
    expect(tag).toBe(`v${version}`);
    expect(notes).toBe(`### Added\n\n${ENTRY}`);
    expect(git('status', '--porcelain')).toBe('');
    expect(git('log', '-1', '--format=%s %D')).toBe(`Release ${version} HEAD -> main, tag: v${version}`);
    expect(git('tag', '--list', tag, '--format=%(contents)')).toBe(`${version}\n\n${notes}`);
    expect(read('CHANGELOG.md')).toContain(
      `## Unreleased\n\n## ${version} (${DATE})\n\n### Added\n\n${ENTRY}\n`,
    );
    const lock = JSON.parse(read('package-lock.json'));
    expect([lock.version, lock.packages[''].version]).toEqual([version, version]);
    for (const file of ['package.json', 'package/package.json'])
      expect(JSON.parse(read(file)).version).toBe(version);
    for (const file of VERSION_FILES) expect(read(file)).toContain(version);
    if (version !== PRESENT)
      for (const file of VERSION_FILES) expect(read(file)).not.toContain(`${PRESENT}"`);
  });

  it.each([
    ['no version', '1.2', 'is no version'],
    ['a version with a letter', `v999.0.0`, 'is no version'],
    ['an older version', '0.0.1', 'is older than'],
    ['a pre-release of the present version', `${PRESENT}-beta.1`, 'is older than'],
  ])('changes nothing for %s', (_what, version, message) => {
    expect(() => prepareRelease(root, { version, date: DATE })).toThrow(message);
    expectUnchanged();
  });

  it('changes nothing in a checkout with changes', () => {
    appendFileSync(join(root, 'package.json'), '\n');
    expect(() => prepareRelease(root, { version: '999.0.0', date: DATE })).toThrow('has changes');
    git('checkout', '--quiet', '.');
    expectUnchanged();
  });

  it('changes nothing for a version that has been released', () => {
    prepareRelease(root, { version: '999.0.0', date: DATE });
    appendFileSync(join(root, 'CHANGELOG.md'), '- Of yesterday.\n');
    git('commit', '--quiet', '--all', '--message', 'More');
    expect(() => prepareRelease(root, { version: '999.0.0', date: DATE })).toThrow('has been released');
    expect(git('log', '-1', '--format=%s')).toBe('More');
  });

  it.each(VERSION_FILES)('changes nothing where the version is not where it was: %s', (file) => {
    writeFileSync(join(root, file), read(file).replaceAll(PRESENT, '7.7.7'));
    git('commit', '--quiet', '--all', '--message', 'Begin');
    expect(() => prepareRelease(root, { version: '999.0.0', date: DATE })).toThrow(
      `${file} does not have, once`,
    );
    expectUnchanged();
  });

  it.each(['## Unreleased\n', ''])('changes nothing where there is nothing to tell: "%s"', (sections) => {
    writeFileSync(join(root, 'CHANGELOG.md'), `# Changelog\n\n${sections}`);
    git('commit', '--quiet', '--all', '--message', 'Begin');
    expect(() => prepareRelease(root, { version: '999.0.0', date: DATE })).toThrow('Unreleased');
    expectUnchanged();
  });

  function expectUnchanged(): void {
    expect(git('status', '--porcelain')).toBe('');
    expect(git('tag')).toBe('');
    expect(git('log', '-1', '--format=%s')).toBe('Begin');
  }
});
