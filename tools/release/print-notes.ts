// `npx tsx tools/release/print-notes.ts v1.2.3`: the notes of a release that has been tagged. Fails where the tag is not that of
// the version in the manifest, so that nothing is published under another name.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../build/manifests.ts';
import { notesOf } from './changelog.ts';
import { versionOf } from './prepare-release.ts';

const [, , tag] = process.argv;
const version = versionOf(ROOT);
if (tag === `v${version}`) {
  process.stdout.write(`${notesOf(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), version)}\n`);
} else {
  process.stderr.write(`The tag is ${tag}, but package.json has version ${version}\n`);
  process.exitCode = 1;
}
