// The floors as the architecture test has them, and what stands there.
import { existsSync, readFileSync } from 'node:fs';

/** A floor, with what CONTRIBUTING.md says that it knows. */
export interface Floor {
  readonly number: number;
  readonly knows: string;
  /** Files and folders of src/. */
  readonly places: readonly string[];
}

/** Reads the floors, the highest first. `root` is the repository. Throws where a floor is not explained. */
export function readFloors(root: URL): readonly Floor[] {
  const test = readFileSync(new URL('test/architecture.test.ts', root), 'utf8');
  const table = /const FLOORS[^{]*\{([^}]*)\}/.exec(test)?.[1] ?? '';
  const places = [...table.matchAll(/'([\w./-]+)': (\d)/g)].map(([, name, number]) => ({
    name: String(name),
    number: Number(number),
  }));
  const explained = new Map(
    [...readFileSync(new URL('CONTRIBUTING.md', root), 'utf8').matchAll(/^\| (\d) \|.*\| (.+) \|$/gm)].map(
      ([, number, knows]) => [Number(number), String(knows).replaceAll('**', '')],
    ),
  );
  const numbers = [...new Set(places.map(({ number }) => number))].sort((one, two) => two - one);
  return numbers.map((number) => {
    const knows = explained.get(number);
    if (knows === undefined) throw new Error(`CONTRIBUTING.md does not explain floor ${number}`);
    const here = places.filter(
      (place) => place.number === number && existsSync(new URL(`src/${place.name}`, root)),
    );
    return { number, knows, places: here.map(({ name }) => name) };
  });
}
