// `npm run docs`: generates the included code, the tables and the figures of all pages, and draws the picture of the architecture.
import { readFileSync, writeFileSync } from 'node:fs';
import { drawArchitecture } from './draw-architecture.ts';
import { withFigures } from './figures.ts';
import { FLOORS, withFloors } from './floors.ts';
import { withIncludes } from './include.ts';
import { PAGES } from './pages.ts';
import { withVariables } from './variables-table.ts';

const at = (path: string) => new URL(`../../${path}`, import.meta.url);
const read = (path: string) => readFileSync(at(path), 'utf8');

for (const page of PAGES) {
  const included = withFigures(withIncludes(read(page), read), read);
  writeFileSync(at(page), withVariables(withFloors(included)));
}
writeFileSync(at('docs/architecture.svg'), drawArchitecture(FLOORS));
