import { posix } from 'node:path';

/** What the specifiers of package.json's `imports` stand for. */
const ALIASES: Readonly<Record<string, string>> = { '#server': 'library/server.ts' };

/** What a file of src/ imports: packages by name, files by their path in src/. Imports of types and later ones count. */
export function importsOf(file: string, source: string): string[] {
  const literal = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"\s]+)['"]/g;
  return [...withoutComments(source).matchAll(literal)].map(([, specifier = '']) => {
    if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier);
    return ALIASES[specifier] ?? specifier;
  });
}

/** A source without the statements that import types alone, which load nothing. */
export function withoutTypes(source: string): string {
  return source.replace(/^(?:import|export) type [^;]+;/gm, '');
}

/** A source without its comments. */
export function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
