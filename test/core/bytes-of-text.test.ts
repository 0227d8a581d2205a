import { describe, expect, it } from 'vitest';
import { bytesOfText } from '../../src/core/bytes-of-text.ts';

describe('the estimate of a text', () => {
  it.each([
    ['', 16],
    ['Ada', 19],
    ['Zoë', 19],
    ['Łukasz', 28],
    ['👩‍💻', 26],
    [undefined, 0],
  ])('of %j is %d bytes', (text, bytes) => {
    expect(bytesOfText(text)).toBe(bytes);
  });
});
