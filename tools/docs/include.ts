// Code in these pages is included from files that are compiled and tested, and never written by hand.

/** From its marker to the end of it; the code between the two is replaced. */
const BLOCK = /(<!-- include (\S+)(?: (\S+))? -->\n)[\s\S]*?<!-- end -->/g;

/**
 * A page with the code that its markers name, up to `<!-- end -->`: `<!-- include path -->` is a file, and
 * `<!-- include path name -->` the property of that name, with a comment that names the file. `read` gives a file's text.
 *
 * Throws where a marker has no end, or the file has no such property.
 */
export function withIncludes(page: string, read: (path: string) => string): string {
  return page.replace(BLOCK, (block: string, start: string, path: string, name: string | undefined) => {
    if (block.indexOf('<!-- include', start.length) > 0) throw new Error(`No end of ${start}`);
    const code = name === undefined ? shown(read(path)) : propertyOf(read(path), name, path);
    const language = path.endsWith('.json') ? 'json' : 'ts';
    return `${start}\`\`\`${language}\n${code}\`\`\`\n<!-- end -->`;
  });
}

/** Apollo Client 3 is installed beside 4 under another name, without the paths that bundlers know. */
function shown(code: string): string {
  return code.replace(/'apollo-client-3\/(.+)\/index\.js'/g, "'@apollo/client/$1'");
}

/** A property of an object or interface, to the line that closes it, as far to the left as it goes. */
function propertyOf(code: string, name: string, path: string): string {
  const lines = code.split('\n');
  const first = lines.findIndex((line) => new RegExp(`^ +(readonly )?${name}\\b`).test(line));
  const [indent = ''] = /^ */.exec(lines[first] ?? '') ?? [];
  const isOpen = /[[({]$/.test(lines[first] ?? '');
  const closes = (line: string) => line.startsWith(indent) && /^[\])}]/.test(line.slice(indent.length));
  const length = isOpen ? lines.slice(first).findIndex(closes) + 1 : 1;
  if (first === -1 || length === 0) throw new Error(`${path} has no ${name}`);
  const property = lines.slice(first, first + length).map((line) => `${line.slice(indent.length)}\n`);
  return `// ${path.split('/').at(-1)}\n${property.join('')}`;
}
