// What modules and declarations import, by their text.

/** The specifiers of a module's imports and exports, of `import()`, of `require()`, and of references to types. */
export function specifiersIn(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/(?!\/ <reference).*$/gm, '');
  const imports = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"]([^'"]+)['"]|\/\/\/ <reference types="([^"]+)"/g;
  return [...code.matchAll(imports)].map(([, specifier, reference]) => String(specifier ?? reference));
}

/** Whether it names a file by a path. */
export function isRelative(specifier: string): boolean {
  return specifier.startsWith('.');
}

/** The package of a specifier: `undefined` for a path and for what Node has. */
export function packageOf(specifier: string): string | undefined {
  if (isRelative(specifier) || specifier.startsWith('node:')) return undefined;
  return /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
}
