// The compiled modules and declarations that the entries reach, and no others.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRelative, specifiersIn } from './specifiers.ts';

/** The folder of the compiled sources, that of the package's modules, and the files to begin with, relative to both. */
export interface CopyOptions {
  readonly from: string;
  readonly to: string;
  readonly entries: readonly string[];
}

/** Copies `.js` and `.d.ts` files with all that they import by a relative path. Throws where a file is missing. */
export function copyModules({ from, to, entries }: CopyOptions): void {
  const reached = [...entries];
  for (const file of reached) {
    const text = readFileSync(join(from, file), 'utf8');
    const isDeclaration = file.endsWith('.d.ts');
    mkdirSync(dirname(join(to, file)), { recursive: true });
    writeFileSync(join(to, file), isDeclaration ? withJsEndings(text) : text);
    if (!isDeclaration) cpSync(join(from, `${file}.map`), join(to, `${file}.map`));
    for (const specifier of specifiersIn(text).filter(isRelative)) {
      const target = join(dirname(file), specifier.replace(/\.[jt]s$/, isDeclaration ? '.d.ts' : '.js'));
      if (!reached.includes(target)) reached.push(target);
    }
  }
}

/** The compiler leaves the endings of the sources in declarations, where no file of that name is published. */
function withJsEndings(declarations: string): string {
  return declarations.replace(/(\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.[^'"]*)\.ts\2/g, '$1$2$3.js$2');
}
