// An order of rolled-up declarations that does not depend on which file imports which.

const START = /^(?:\/\*\*|\/\/\/|import\b|export\b|declare\b|abstract\b|interface\b|type\b)/;
const NAME =
  /^(?:declare )?(?:abstract )?(?:function|class|const|let|interface|type|module|namespace) ['"]?([\w$.:-]+)/m;

/** Puts what is exported first, then what it uses, each by name. Imports stay at the top, and the list of exports at the end. */
export function sortDeclarations(code: string): string {
  const blocks = blocksOf(code);
  const imports = blocks.filter((block) => /^(?:import|\/\/\/)/.test(block));
  const lists = blocks.filter((block) => block.startsWith('export {'));
  const exported = new Set(lists.join('\n').match(/[\w$]+/g));
  const declarations = blocks
    .filter((block) => !imports.includes(block) && !lists.includes(block))
    .map((block) => ({ block, name: nameOf(block) }))
    .map((each) => ({ ...each, key: `${exported.has(each.name) ? 0 : 1} ${each.name}` }))
    .sort((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)))
    .map(({ block }) => block);
  return [...imports, ...declarations, ...lists].join('\n');
}

/** A declaration with its comment is one block. */
function blocksOf(code: string): readonly string[] {
  const blocks: string[][] = [];
  let isAfterComment = false;
  for (const line of code.split('\n').filter((text) => text.trim() !== '')) {
    if (START.test(line) && !isAfterComment) blocks.push([line]);
    else blocks.at(-1)?.push(line);
    isAfterComment = isAfterComment ? !START.test(line) || line.startsWith('/**') : line.startsWith('/**');
  }
  return blocks.map((lines) => lines.join('\n'));
}

function nameOf(block: string): string {
  const [, name] = NAME.exec(block) ?? [];
  if (name === undefined) throw new Error(`No name is declared by:\n${block}`);
  return name;
}
