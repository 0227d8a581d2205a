// Code in these pages is included from files that are compiled and tested, and never written by hand.

/** From its marker to the end of it; the code between the two is replaced. */
const BLOCK = /(<!-- include (\S+)(?: (\S+))? -->\n)[\s\S]*?<!-- end -->/g;

/**
 * A page with what its markers name, up to `<!-- end -->`: `<!-- include path -->` is a file, and
 * `<!-- include path.patch file -->` what the patch changes in `file`. `read` gives a file's text.
 *
 * Throws where a marker has no end, or a patch does not change the file.
 */
export function withIncludes(page: string, read: (path: string) => string): string {
  return page.replace(BLOCK, (block: string, start: string, path: string, part: string | undefined) => {
    if (block.indexOf('<!-- include', start.length) > 0) throw new Error(`No end of ${start}`);
    const [language, code] =
      part === undefined ? ['ts', shown(read(path))] : ['diff', changesOf(read(path), part)];
    return `${start}\`\`\`${language}\n${code}\`\`\`\n<!-- end -->`;
  });
}

/** Apollo Client 3 is installed beside 4 under another name, without the paths that bundlers know. */
function shown(code: string): string {
  return code.replace(/'apollo-client-3\/(.+)\/index\.js'/g, "'@apollo/client/$1'");
}

/** The hunks of one file, without the lines that only a program needs. */
function changesOf(patch: string, file: string): string {
  const section = patch.split(/^diff --git .*\n/m).find((text) => text.includes(`+++ b/${file}\n`));
  if (section === undefined) throw new Error(`The patch does not change ${file}`);
  return `// ${file}\n${section
    .split(/^@@ .*\n/m)
    .slice(1)
    .join('  …\n')}`;
}
