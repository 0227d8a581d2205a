import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseEnvFile, readEnvFile } from '../../src/dev/env-file.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const NBSP = '\u00a0';
const TEXT = 'A=one\nB=two\n';
const AB = { A: 'one', B: 'two' };
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('.env', () => {
  it.each([
    ['plain', Buffer.from(TEXT), AB],
    ['with a byte order mark', Buffer.from(`\ufeff${TEXT}`), AB],
    ['in UTF-16, little-endian', Buffer.from(`\ufeff${TEXT}`, 'utf16le'), AB],
    ['in UTF-16, big-endian', utf16be(`\ufeff${TEXT}`), AB],
    ['in UTF-16 without a mark', Buffer.from(TEXT, 'utf16le'), AB],
    ['in big-endian UTF-16 without a mark', utf16be(TEXT), AB],
    ['with CRLF', Buffer.from('A=one\r\nB=two\r\n'), AB],
    ['with CR alone', Buffer.from('A=one\rB=two'), AB],
    ['with export', Buffer.from('export A=one\n export  B=two'), AB],
    ['with quotes', Buffer.from('A="one"\nB=\'two\' # comment'), AB],
    ['with spaces around =', Buffer.from('A = one\n\tB\t=\ttwo\t'), AB],
    ['with non-breaking spaces', Buffer.from(`A${NBSP}=${NBSP}one\n${NBSP}B=two`), AB],
    ['with zero-width spaces', Buffer.from('\u200bA\u200b=one\nB=\u200btwo'), AB],
    ['with comments in Latin-1', Buffer.from('# caf\xe9\nA=one\nB=two', 'latin1'), AB],
    ['with values of several lines', Buffer.from('A="one\nX: y"\nB=two'), { A: 'one\nX: y', B: 'two' }],
    ['with a tab in a value', Buffer.from('A="one\ttwo"\nB=two'), { A: 'one\ttwo', B: 'two' }],
    ['with nothing', Buffer.from(''), {}],
  ])('is read %s', (_what, bytes, variables) => {
    expect(parseEnvFile(bytes)).toEqual({ variables, mistakes: [] });
  });

  it.each([
    ['STACK_PROJECT_ID: secret', 'has a colon after STACK_PROJECT_ID: write STACK_PROJECT_ID=value'],
    ['export A: secret', 'has a colon after A: write A=value'],
    ['secret', 'is not NAME=value: '],
    ['set A=secret', 'is not NAME=value: '],
    ['$env:A="secret"', 'is not NAME=value: '],
    ['A="secret', 'begins a quote that is never closed: '],
    ['A=\u201csecret\u201d', 'has typographic quotes around its value: '],
    ['A=sec\0ret', 'has an invisible control character in its value: '],
    ['A="secret\u001b"', 'has an invisible control character in its value: '],
    ["A='secret\u007f'", 'has an invisible control character in its value: '],
    ['A=secret\ufffd', 'has a character that is not UTF-8: '],
  ])('names the line and the remedy of %s', (line, mistake) => {
    const { variables, mistakes } = parseEnvFile(Buffer.from(`# first\nB=two\n${line}\nC=three\n`));
    expect(mistakes).toEqual([expect.stringContaining(`line 3 ${mistake}`)]);
    expect(mistakes.join()).not.toContain('secret');
    expect(variables).toEqual({});
  });

  it('is absent where there is no file, and never where a file cannot be read', () => {
    using folder = makeTempFolder();
    const at = (name: string) => join(folder.path, name);
    mkdirSync(at('folder'));
    symlinkSync(at('nowhere'), at('dangling'));
    symlinkSync(at('loop'), at('loop'));
    writeFileSync(at('denied'), TEXT);
    chmodSync(at('denied'), 0);
    expect(readEnvFile(at('none'))).toBeUndefined();
    const mistakesOf = (name: string) => readEnvFile(at(name))?.mistakes;
    expect(mistakesOf('folder')).toEqual([expect.stringContaining('is a folder: ')]);
    expect(mistakesOf('dangling')).toEqual([
      expect.stringContaining('is a link to a file that does not exist: '),
    ]);
    expect(mistakesOf('loop')).toEqual([expect.stringContaining('is a link to itself: ')]);
    // Root may read everything.
    if (process.getuid?.() !== 0) expect(mistakesOf('denied')).toEqual([expect.stringContaining('chmod')]);
  });
});
