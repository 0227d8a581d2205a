// The findings for people.
import type { Finding, Status } from './finding.ts';

const [RED, GREEN, YELLOW, CYAN, GRAY] = [31, 32, 33, 36, 90];

const MARKS = {
  ok: { mark: '✓', color: GREEN },
  warning: { mark: '!', color: YELLOW },
  failed: { mark: '✗', color: RED },
  skipped: { mark: '–', color: GRAY },
} as const satisfies Readonly<Record<Status, object>>;

const NAME_WIDTH = 12;
const INDENT = ' '.repeat(NAME_WIDTH + 3);

/** `width` is that of the terminal in characters; without one, lines are not broken. */
export interface Paper {
  readonly colors: boolean;
  readonly width?: number | undefined;
}

/** A line for each finding with its remedy below, and a last one that sums up. */
export function printFindings(findings: readonly Finding[], { colors, width }: Paper): string {
  const paint = (color: number, text: string) => (colors ? `\u001b[${color}m${text}\u001b[39m` : text);
  const lines = findings.flatMap(({ check, status, message, remedy }) => {
    const { mark, color } = MARKS[status];
    const line = `${paint(color, mark)} ${check.padEnd(NAME_WIDTH)} ${hang(message, INDENT, width)}`;
    if (remedy === undefined) return [line];
    return [line, `${INDENT}${paint(CYAN, '→')} ${hang(remedy, `${INDENT}  `, width)}`];
  });
  const count = (status: Status) => findings.filter((finding) => finding.status === status).length;
  const warnings = count('warning') > 0 ? `, ${count('warning')} to look at` : '';
  const sum = count('failed') === 0 ? paint(GREEN, 'All is well') : paint(RED, `${count('failed')} to mend`);
  return `${lines.join('\n')}\n\n${sum}${warnings}.\n`;
}

/** Breaks a text between words, so that every line but the first begins with `indent`. */
function hang(text: string, indent: string, width = Number.POSITIVE_INFINITY): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && indent.length + line.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${indent}`);
}
