// The file `.env`, as editors on every system write it. What cannot be read is reported with its line and its remedy.
import { lstatSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';

/** The file that was read. No mistake contains a value. */
export interface EnvFile {
  /** Absolute. */
  readonly path: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly mistakes: readonly string[];
}

/** Reads `.env` in the current folder. Returns `undefined` where there is none. */
export function readEnvFile(file = '.env'): EnvFile | undefined {
  const path = resolve(file);
  try {
    return { path, ...parseEnvFile(readFileSync(path)) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' && lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    return { path, variables: {}, mistakes: [UNREADABLE[code] ?? `cannot be read (${code})`] };
  }
}

/** Reads `.env` into this process's environment. Variables that are set keep their value. Ends the process on mistakes. */
export function loadEnvFileOrExit(): EnvFile | undefined {
  const file = readEnvFile();
  if (file && file.mistakes.length > 0) {
    process.stderr.write(`${file.path}:\n${file.mistakes.map((mistake) => `  - ${mistake}\n`).join('')}`);
    process.exit(1);
  }
  Object.assign(process.env, { ...file?.variables, ...process.env });
  return file;
}

const UNREADABLE: Readonly<Record<string, string>> = {
  EISDIR: 'is a folder: remove it, or move your settings into a file of that name',
  EACCES: 'may not be read by this user: change its permissions (chmod u+r .env)',
  EPERM: 'may not be read by this user: change its permissions',
  ENOENT: 'is a link to a file that does not exist: correct the link, or remove it',
  ELOOP: 'is a link to itself: correct the link, or remove it',
};

/** Lines in which `=`, and white space that parsers do not expect, separate a name from its value. */
const ASSIGNMENT = /^[\s\u200b]*(?:export\s+)?([A-Za-z_][\w.-]*)[\s\u200b]*=[\s\u200b]*(.*)$/s;
const WITH_COLON = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*:/;

/** Parses the contents of the file. */
export function parseEnvFile(bytes: Uint8Array): Pick<EnvFile, 'variables' | 'mistakes'> {
  const lines = decode(bytes).split(/\r\n|\n|\r/);
  const mistakes: string[] = [];
  const assignments: string[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (/^[\s\u200b]*(#|$)/.test(line)) continue;
    const [, name, start = ''] = ASSIGNMENT.exec(line) ?? [];
    const end = name === undefined ? index : endOfValue(lines, index, start);
    const value = [start, ...lines.slice(index + 1, end + 1)].join('\n').trim();
    const mistake = name === undefined ? mistakeOf(line) : mistakeIn(value, end);
    if (mistake !== undefined) mistakes.push(`line ${index + 1} ${mistake}`);
    else assignments.push(`${name}=${value}`);
    if (end > index) index = end;
  }
  return {
    variables: mistakes.length > 0 ? {} : ({ ...parseEnv(assignments.join('\n')) } as Record<string, string>),
    mistakes,
  };
}

/** The index of the line in which a quoted value ends, or -1 where its quote is never closed. */
function endOfValue(lines: readonly string[], index: number, start: string): number {
  const [quote = ''] = /^["'`]/.exec(start) ?? [];
  if (quote === '' || start.indexOf(quote, 1) > 0) return index;
  return lines.findIndex((line, later) => later > index && line.includes(quote));
}

function mistakeIn(value: string, end: number): string | undefined {
  if (end < 0) return 'begins a quote that is never closed: close it, or leave it out';
  if (/^[\u2018-\u201f\u00ab\u00bb]/.test(value))
    return 'has typographic quotes around its value: leave them out';
  // The system would end the value at a NUL without a word.
  if (/[^\P{Cc}\t\n]/u.test(value))
    return 'has an invisible control character in its value: remove it, or save the file as UTF-8';
  if (value.includes('\ufffd')) return 'has a character that is not UTF-8: save the file as UTF-8';
  return undefined;
}

function mistakeOf(line: string): string {
  const [, name] = WITH_COLON.exec(line) ?? [];
  if (name !== undefined) return `has a colon after ${name}: write ${name}=value`;
  return 'is not NAME=value: correct it, or begin it with # to make it a comment';
}

/** Windows' editors and PowerShell write UTF-16, or a byte order mark, which TextDecoder removes. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || second === 0) return new TextDecoder('utf-16le').decode(bytes);
  if ((first === 0xfe && second === 0xff) || first === 0) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}
