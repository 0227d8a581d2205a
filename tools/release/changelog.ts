// The changelog at a release: Keep a Changelog, the newest section first, each beginning with `## `.

/** A section of the changelog that became a release. */
export interface ReleasedSection {
  /** The changelog with the section under its version, below an empty Unreleased. */
  readonly changelog: string;
  /** The section's text without its heading: the notes of the release. */
  readonly notes: string;
}

/** What is released. `date` is as in 2026-11-29. */
export interface Release {
  readonly version: string;
  readonly date: string;
}

const UNRELEASED = '## Unreleased';

/** Moves what is under Unreleased to a section of the version. Throws where there is no such section, or nothing in it. */
export function releaseSection(changelog: string, { version, date }: Release): ReleasedSection {
  const { before, text, after } = sectionAt(changelog, UNRELEASED);
  if (!/^- /m.test(text))
    throw new Error('CHANGELOG.md has no entry under "Unreleased": there is nothing to release');
  const sections = [UNRELEASED, `## ${version} (${date})`, text].join('\n\n');
  return { changelog: `${before}${sections}\n${after && `\n${after}`}`, notes: text };
}

/** The notes of a version that has been released. Throws where the changelog has no such section. */
export function notesOf(changelog: string, version: string): string {
  const heading = changelog.split('\n').find((line) => line.startsWith(`## ${version} (`));
  if (heading === undefined) throw new Error(`CHANGELOG.md has no section of ${version}`);
  return sectionAt(changelog, heading).text;
}

/** A section's text, and what stands before its heading and from the next one on. */
function sectionAt(
  changelog: string,
  heading: string,
): { readonly before: string; readonly text: string; readonly after: string } {
  const lines = changelog.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`CHANGELOG.md has no line "${heading}"`);
  const next = lines.findIndex((line, index) => index > start && line.startsWith('## '));
  const end = next < 0 ? lines.length : next;
  return {
    before: lines
      .slice(0, start)
      .map((line) => `${line}\n`)
      .join(''),
    text: lines
      .slice(start + 1, end)
      .join('\n')
      .trim(),
    after: lines.slice(end).join('\n'),
  };
}
