// Tables in Markdown, and how figures are written in them.

/** A table whose first column is text and whose others are figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|---${'|--:'.repeat(head.length - 1)}|`, ...rows.map(line)].join('\n');
}

/** A section under a name by which pages take it over (tools/docs/figures.ts). */
export function section(name: string, content: string): string {
  return `<!-- figures ${name} -->\n\n${content}\n\n<!-- end -->`;
}

/** A whole number with commas. */
export function whole(value: number | undefined): string {
  return value === undefined ? '–' : Math.round(value).toLocaleString('en-US');
}

/** A ratio. */
export function times(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(2);
}

/** A part of one, in per cent. */
export function share(value: number | undefined): string {
  return value === undefined ? '–' : `${Math.round(value * 100)} %`;
}
