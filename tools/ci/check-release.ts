// Makes the next release in a clone, up to what needs a registry or Docker. Just after a release there is nothing to tell yet.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inc } from 'semver';
import { ROOT, readManifest } from '../build/manifests.ts';
import { rehearse } from '../release/dry-run.ts';
import { unreleasedEntries } from './contract-changes.ts';

const version = inc(readManifest(ROOT).version, 'major') ?? '';
if (unreleasedEntries(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')).length > 0)
  rehearse(ROOT, { version, date: '2000-01-01' });
else process.stdout.write('Nothing is unreleased\n');
