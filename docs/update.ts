// `npm run docs`: writes the included code of all pages anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { withIncludes } from './include.ts';
import { PAGES } from './pages.ts';

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const read = (path: string) => readFileSync(at(path), 'utf8');

for (const page of PAGES) writeFileSync(at(page), withIncludes(read(page), read));
