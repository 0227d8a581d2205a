// The compiled modules and declarations that are published.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Copies files of one folder into another: modules with their source maps, declarations with endings that Node has. */
export function copyModules(files: Iterable<string>, from: string, to: string): void {
  for (const file of files) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    if (file.endsWith('.d.ts')) {
      writeFileSync(join(to, file), withJsEndings(readFileSync(join(from, file), 'utf8')));
    } else {
      for (const name of [file, `${file}.map`]) cpSync(join(from, name), join(to, name));
    }
  }
}

/** The compiler leaves the endings of the sources in declarations, where no file of that name is published. */
function withJsEndings(declarations: string): string {
  return declarations.replace(/(\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.[^'"]*)\.ts\2/g, '$1$2$3.js$2');
}
