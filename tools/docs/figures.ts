// Figures in pages are those of the last runs of the benchmark, and never copied by hand.

/** Where they are, each section in one of them. */
const RESULTS = ['full', 'growth', 'scale'].map((name) => `bench/results/${name}.md`);

/** From its marker to the end of it. */
const BLOCK = /<!-- figures ([\w-]+) -->\n[\s\S]*?<!-- end -->/g;

/**
 * A page with the sections of the benchmark's results that its markers name: `<!-- figures cpu -->` up to `<!-- end -->`. `read`
 * gives a file's text.
 *
 * Throws where the results have no such section.
 */
export function withFigures(page: string, read: (path: string) => string): string {
  if (page.search(BLOCK) === -1) return page;
  const found = RESULTS.flatMap((path) => [...read(path).matchAll(BLOCK)]);
  const sections = new Map(found.map(([section, name]) => [name, section]));
  return page.replace(BLOCK, (_old, name: string) => {
    const section = sections.get(name);
    if (section === undefined) throw new Error(`No section ${name} in ${RESULTS.join(', ')}`);
    return section;
  });
}
