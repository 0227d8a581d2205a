// `npm run pack`: builds what is published in dist/package, and packs it as dist/stack-auth-graphql-<version>.tgz.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../manifests.ts';
import { buildPackage } from './build-package.ts';

const dist = join(ROOT, 'dist');
const folder = join(dist, 'package');
rmSync(folder, { recursive: true, force: true });
cpSync(join(ROOT, 'package/package.json'), join(folder, 'package.json'));
for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE', 'schema.graphql']) {
  cpSync(join(ROOT, file), join(folder, file));
}
await buildPackage(folder);
execFileSync('npm', ['pack', folder, '--pack-destination', dist, '--silent'], { stdio: 'inherit' });
