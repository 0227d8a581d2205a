import { describe, expect, it } from 'vitest';
import { GrowingBuffer } from '../../src/core/growing-buffer.ts';

describe('a growing buffer', () => {
  it.each([
    ['single bytes', Array.from({ length: 5_000 }, () => 1)],
    ['pieces of a packet', Array.from({ length: 70 }, () => 1_400)],
    ['pieces of all sizes', [1, 511, 1, 4_096, 3, 60_000, 2, 30_000]],
    ['a large piece first', [60_000, 1, 1]],
  ])('takes at most twice the memory of %s, and gives them back', (_what, sizes) => {
    const buffer = new GrowingBuffer();
    let expected = '';
    for (const [index, size] of sizes.entries()) {
      const text = String.fromCharCode(97 + (index % 26)).repeat(size);
      expected += text;
      buffer.add(Buffer.from(text));
      if (index > 0) {
        expect(buffer.bytes().buffer.byteLength).toBeLessThanOrEqual(Math.max(512, 2 * expected.length));
      }
    }
    expect(buffer.length).toBe(expected.length);
    expect(buffer.bytes().toString() === expected).toBe(true);
  });

  it('keeps a body that comes in one chunk as it is', () => {
    const buffer = new GrowingBuffer();
    const chunk = Buffer.alloc(3_000);
    buffer.add(chunk);
    expect(buffer.bytes().buffer).toBe(chunk.buffer);
  });

  it('is empty at first', () => {
    expect(new GrowingBuffer().bytes()).toHaveLength(0);
  });
});
