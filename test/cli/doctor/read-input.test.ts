import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readInput } from '../../../src/cli/doctor/read-input.ts';

describe('standard input', () => {
  it('is read to its end, in any chunks', async () => {
    expect(await readInput(Readable.from(['eyJ', 'hbG', '\n']))).toBe('eyJhbG\n');
  });

  it('is abandoned where it stays open and nothing is written', async () => {
    const open = new PassThrough();
    expect(await readInput(open, 10)).toBe('');
    expect(open.destroyed).toBe(true);
  });

  it('is not read at a terminal', async () => {
    expect(await readInput(Object.assign(new PassThrough(), { isTTY: true }))).toBe('');
  });

  it('is not read beyond the length of any token', async () => {
    const endless = Readable.from(
      (function* () {
        while (true) yield 'x'.repeat(10_000);
      })(),
    );
    expect((await readInput(endless)).length).toBeLessThan(100_000);
  });
});
