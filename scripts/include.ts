// Code in documents: a marker names a file of the repository, and the block below it is that file.

/**
 * Fills every block below `<!-- include: path -->` with the file, and below `<!-- include: path.patch file -->` with
 * the part of the patch that changes `file`. `read` gives a file's text by its path from the root.
 *
 * Throws where a marker has no block below it, or a patch does not change the file.
 */
export function includeCode(document: string, read: (path: string) => string): string {
  const marker = /^(<!-- include: (\S+)(?: (\S+))? -->\n)(?:```\w+\n[\s\S]*?^```$)?/gm;
  return document.replace(marker, (whole, line: string, path: string, part?: string) => {
    if (whole === line) throw new Error(`No block below ${line}`);
    const code = part === undefined ? read(path) : changesOf(read(path), part);
    const language = /\.(\w+)$/.exec(path)?.[1];
    return `${line}\`\`\`${language === 'patch' ? 'diff' : language}\n${code.trimEnd()}\n\`\`\``;
  });
}

/** The hunks of one file, without the lines that only a program needs. */
function changesOf(patch: string, file: string): string {
  const section = patch.split(/^diff --git .*\n/m).find((text) => text.includes(`+++ b/${file}\n`));
  if (section === undefined) throw new Error(`The patch does not change ${file}`);
  const hunks = section.split(/^@@ .*\n/m).slice(1);
  return `// ${file}\n${hunks.join('  …\n')}`;
}
