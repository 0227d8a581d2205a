// The floors of src/: one short list of folders, read by the architecture test, the picture and CONTRIBUTING.md.

/** Folders of src/ that stand on one level. A file imports from its own floor and from those below. */
export interface Floor {
  readonly number: number;
  readonly folders: readonly string[];
  /** What stands there, in one sentence. */
  readonly holds: string;
}

/** From the top. `main.ts` and `dev.ts` stand above all of them. */
export const FLOORS: readonly Floor[] = [
  { number: 9, folders: ['app'], holds: 'yours: types, scopes, loaders, sources, steps' },
  {
    number: 8,
    folders: ['cli', 'dev', 'library'],
    holds: 'how the server is run: commands, development, package entries',
  },
  { number: 7, folders: ['server'], holds: 'the server: two adapters, the port, pages' },
  {
    number: 6,
    folders: ['pipeline', 'documents'],
    holds: 'what happens to every request, and what a document may ask for',
  },
  { number: 5, folders: ['identity'], holds: "the provider's user as a graph, one noun a file" },
  { number: 4, folders: ['graph'], holds: 'the builder and the scopes; no type' },
  {
    number: 3,
    folders: ['request'],
    holds: 'what lives as long as a request: context, loaders, cancellation',
  },
  { number: 2, folders: ['process'], holds: 'what lives as long as the process: services, health, metrics' },
  {
    number: 1,
    folders: ['auth', 'rate-limit', 'provider', 'store', 'emulator'],
    holds:
      'token to claims, limits, the provider client, what replicas share, and a provider for development; no GraphQL',
  },
  { number: 0, folders: ['core'], holds: 'errors, log, events, tracing, HTTP client, configuration' },
];

/** A page with the table of the floors between `<!-- floors -->` and `<!-- end -->`, if it has these markers. */
export function withFloors(page: string): string {
  const rows = FLOORS.map(({ number, folders, holds }) => {
    const names = folders.map((folder) => `\`${folder}/\``).join(' ');
    return `| ${number} | ${names} | ${holds} |`;
  });
  const table = ['| floor | folders | what stands there |', '|--:|---|---|', ...rows].join('\n');
  return page.replace(/(<!-- floors -->\n)[\s\S]*?(<!-- end -->)/, `$1\n${table}\n\n$2`);
}
