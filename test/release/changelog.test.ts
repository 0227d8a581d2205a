import { describe, expect, it } from 'vitest';
import { notesOf, releaseSection } from '../../tools/release/changelog.ts';

const HEAD = '# Changelog\n\nThe format.\n\n';
const ENTRIES = '### Added\n\n- A thing.\n\n### Fixed\n\n- Another,\n  in two lines.';
const RELEASE = { version: '1.2.0', date: '2026-11-29' };

describe('the changelog at a release', () => {
  it.each([
    ['the first one', ''],
    ['one with others before', '\n## 1.1.0 (2026-10-01)\n\n- An older thing.\n'],
  ])('has its entries under the version, and an empty Unreleased: %s', (_which, older) => {
    const { changelog, notes } = releaseSection(`${HEAD}## Unreleased\n\n${ENTRIES}\n${older}`, RELEASE);
    expect(changelog).toBe(`${HEAD}## Unreleased\n\n## 1.2.0 (2026-11-29)\n\n${ENTRIES}\n${older}`);
    expect(notes).toBe(ENTRIES);
    expect(notesOf(changelog, '1.2.0')).toBe(ENTRIES);
  });

  it.each([
    ['no section', '## 1.1.0 (2026-10-01)\n\n- An older thing.\n'],
    ['an empty section', '## Unreleased\n'],
    [
      'a section without entries',
      '## Unreleased\n\n### Added\n\n## 1.1.0 (2026-10-01)\n\n- An older thing.\n',
    ],
  ])('is refused where there is nothing to tell: %s', (_what, sections) => {
    expect(() => releaseSection(HEAD + sections, RELEASE)).toThrow(/Unreleased/);
  });

  it('has no notes of a version that is only the beginning of another', () => {
    const { changelog } = releaseSection(`${HEAD}## Unreleased\n\n${ENTRIES}\n`, {
      ...RELEASE,
      version: '1.2.0-beta.1',
    });
    expect(() => notesOf(changelog, '1.2.0')).toThrow('no section of 1.2.0');
  });
});
