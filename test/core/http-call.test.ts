import { describe, expect, it } from 'vitest';
import { AnswerBudget } from '../../src/core/answer-budget.ts';
import { systemClock } from '../../src/core/clock.ts';
import { BodyDecoder } from '../../src/core/content-coding.ts';
import { HttpCall } from '../../src/core/http-call.ts';
import { HttpDates } from '../../src/core/http-date.ts';
import type { UpstreamAnswer } from '../../src/core/upstream.ts';

/** The answer of a call whose body arrives in these chunks. The memory of each but the first is used again at once. */
function receive(chunks: readonly string[], headers = {}): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    const budget = new AnswerBudget(1_000_000);
    const decoder = new BodyDecoder(1_000_000);
    const common = {
      maxBody: 1_000_000,
      budget,
      decoder,
      dates: new HttpDates(),
      emit: () => {},
      clock: systemClock,
    };
    const call = new HttpCall({ ...common, resolve, reject });
    call.onResponseStart(undefined, 200, headers);
    for (const [index, text] of chunks.entries()) {
      const chunk = Buffer.from(text);
      call.onResponseData(undefined, chunk);
      if (index > 0) chunk.fill('-');
    }
    call.onResponseEnd();
  });
}

describe('a call that was ended as too large', () => {
  it('does not count what arrives afterwards', () => {
    const budget = new AnswerBudget(100_000);
    const common = {
      budget,
      decoder: new BodyDecoder(1_000_000),
      dates: new HttpDates(),
      maxBody: 1_000_000,
      emit: () => {},
      clock: systemClock,
    };
    const reasons: unknown[] = [];
    const call = new HttpCall({
      ...common,
      resolve: () => {},
      reject: (reason) => void reasons.push(reason),
    });
    call.onResponseData(undefined, Buffer.alloc(100_001));
    call.onResponseData(undefined, Buffer.alloc(90_000));
    const other = new HttpCall({
      ...common,
      resolve: () => {},
      reject: (reason) => void reasons.push(reason),
    });
    other.onResponseData(undefined, Buffer.alloc(100_000));
    call.onResponseError(undefined, new Error('aborted'));
    other.onResponseError(undefined, new Error('closed'));
    expect(reasons).toEqual([
      expect.objectContaining({ message: 'No answer that can be read' }),
      expect.objectContaining({ message: 'No answer' }),
    ]);
  });
});

describe('a body that arrives in many chunks', () => {
  // Each Buffer takes some 400 bytes: a body of 1 MB in chunks of one byte would take 400 MB.
  it.each([
    ['one chunk', ['{"id":1}']],
    ['single bytes', [...'{"id":"'.padEnd(5_000, 'x'), '"}']],
    ['parts of characters', ['{"na', 'me":"\u00e9', '\u{1f600}', '"}']],
    ['no chunk', []],
  ])('is copied, so that no chunk is kept: %s', async (_what, chunks) => {
    expect((await receive(chunks)).body).toBe(chunks.join(''));
  });
});
