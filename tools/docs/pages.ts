import { readdirSync } from 'node:fs';

/** The pages that people read, by their paths in the project. */
export const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'examples/dependency/README.md',
  'examples/web/README.md',
  'src/app/README.md',
  ...readdirSync(new URL('../../docs/', import.meta.url))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
