// `npm run docs`: brings what the documents show of the code up to date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { drawArchitecture } from './draw-architecture.ts';
import { readFloors } from './floors.ts';
import { includeCode } from './include.ts';

const ROOT = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

for (const name of readdirSync(new URL('docs/', ROOT))) {
  if (name.endsWith('.md'))
    writeFileSync(new URL(`docs/${name}`, ROOT), includeCode(read(`docs/${name}`), read));
}
writeFileSync(new URL('docs/architecture.svg', ROOT), drawArchitecture(readFloors(ROOT)));
