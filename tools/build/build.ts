// `npm run build`: the server as dist/main.js, with what it loads only when needed in files of its own.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildServer } from './build-server.ts';
import { ROOT } from './manifests.ts';

const dist = join(ROOT, 'dist');
rmSync(dist, { recursive: true, force: true });
await buildServer({ main: 'src/main.ts' }, dist);
