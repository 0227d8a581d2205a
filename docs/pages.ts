/** The pages that people read, by their paths in the project. */
export const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/errors.md',
  'docs/frontend.md',
  'docs/adding-a-type.md',
  'docs/deploying.md',
  'docs/operations.md',
];
