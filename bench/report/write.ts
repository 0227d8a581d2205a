// The pages in results/: one for each kind of run, written anew by each.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const results = fileURLToPath(new URL('../results/', import.meta.url));

/** Writes paragraphs as the page of that name, and to standard output. */
export function writeResult(name: string, paragraphs: readonly string[]): void {
  const page = `${paragraphs.join('\n\n')}\n`;
  writeFile(`${name}.md`, page);
  process.stdout.write(`\n${page}\nWritten: bench/results/${name}.md\n`);
}

/** Writes one file. */
export function writeFile(name: string, content: string): void {
  mkdirSync(results, { recursive: true });
  writeFileSync(`${results}${name}`, content);
}
