// Code in these pages is included from files that are compiled and tested, and never written by hand.

/** From its marker to the end of it; the code between the two is replaced. */
const BLOCK = /(<!-- include (\S+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** A page with what its markers name: `<!-- include path -->`, up to `<!-- end -->`. `read` gives a file's text. */
export function withIncludes(page: string, read: (path: string) => string): string {
  return page.replace(
    BLOCK,
    (_block, start, path, end) => `${start}\`\`\`ts\n${shown(read(path))}\`\`\`\n${end}`,
  );
}

/** Apollo Client 3 is installed beside 4 under another name, without the paths that bundlers know. */
function shown(code: string): string {
  return code.replace(/'apollo-client-3\/(.+)\/index\.js'/g, "'@apollo/client/$1'");
}
