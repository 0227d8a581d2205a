import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readInput } from '../../../src/cli/doctor/read-input.ts';

describe('standard input', () => {
  it('is read to its end, however it is cut into pieces', async () => {
    expect(await readInput(Readable.from(['eyJ', 'hbG', '\n']))).toBe('eyJhbG\n');
  });

  it('is given up where it stays open and nothing comes', async () => {
    const open = new PassThrough();
    expect(await readInput(open, 10)).toBe('');
    expect(open.destroyed).toBe(true);
  });

  it('is not waited for at a terminal', async () => {
    expect(await readInput(Object.assign(new PassThrough(), { isTTY: true }))).toBe('');
  });

  it('is not read on beyond what any token has', async () => {
    const endless = Readable.from(
      (function* () {
        while (true) yield 'x'.repeat(10_000);
      })(),
    );
    expect((await readInput(endless)).length).toBeLessThan(100_000);
  });
});
