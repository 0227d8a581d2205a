// Findings as text for people.
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

/** `width` of the terminal, in characters; without it lines are not wrapped. */
export interface PrintOptions {
  readonly colors: boolean;
  readonly width?: number | undefined;
}

/** Formats each finding with its remedy below it, and a summary at the end. */
export function printFindings(findings: readonly Finding[], { colors, width }: PrintOptions): string {
  const paint = (color: number, text: string) => (colors ? `\u001b[${color}m${text}\u001b[39m` : text);
  const lines = findings.flatMap(({ check, status, message, remedy }) => {
    const { mark, color } = MARKS[status];
    const line = `${paint(color, mark)} ${check.padEnd(NAME_WIDTH)} ${wrap(message, INDENT, width)}`;
    if (remedy === undefined) return [line];
    return [line, `${INDENT}${paint(CYAN, '→')} ${wrap(remedy, `${INDENT}  `, width)}`];
  });
  const count = (status: Status) => findings.filter((finding) => finding.status === status).length;
  const warnings = count('warning') > 0 ? `, ${plural(count('warning'), 'warning')}` : '';
  const failed = count('failed');
  const summary = failed === 0 ? paint(GREEN, 'No problems found') : paint(RED, plural(failed, 'problem'));
  return `${lines.join('\n')}\n\n${summary}${warnings}.\n`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Wraps a text between words. Every line but the first begins with `indent`. */
function wrap(text: string, indent: string, width = Number.POSITIVE_INFINITY): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && indent.length + line.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${indent}`);
}
