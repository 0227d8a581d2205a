// `npm run docs`: brings what the documents show of the code up to date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { drawArchitecture } from './draw-architecture.ts';
import { readFloors } from './floors.ts';
import { includeCode } from './include.ts';

const ROOT = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

const documents = readdirSync(new URL('docs/', ROOT)).filter((name) => name.endsWith('.md'));
for (const path of ['README.md', ...documents.map((name) => `docs/${name}`)]) {
  writeFileSync(new URL(path, ROOT), includeCode(read(path), read));
}
writeFileSync(new URL('docs/architecture.svg', ROOT), drawArchitecture(readFloors(ROOT)));
