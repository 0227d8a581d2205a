// What a .dockerignore file keeps out of the context of a build.

/**
 * Reads a file of patterns, as Docker does: paths from the root of the context, of which the last that matches a path, or a folder
 * above it, decides. Throws for the rarer forms of a pattern, `?` and `[…]`.
 */
export function readIgnoreFile(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const isKept = line.startsWith('!');
      return { isIgnored: !isKept, pattern: toPattern(isKept ? line.slice(1) : line) };
    });
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.isIgnored ?? false;
}

/** Matches the path itself, and all that is below it. */
function toPattern(line: string): RegExp {
  if (/[?[\]\\]/.test(line)) throw new Error(`A pattern that is not supported: ${line}`);
  const source = line
    .replace(/^\/|\/$/g, '')
    .split('/')
    .map((part) => (part === '**' ? '.*' : part.replaceAll('.', '\\.').replaceAll('*', '[^/]*')))
    .join('/')
    .replaceAll('.*/', '(?:.*/)?');
  return new RegExp(`^${source}(?:/|$)`);
}
