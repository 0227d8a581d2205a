import { describe, expect, it } from 'vitest';
import { createTestLog } from '../support/test-log.ts';

describe('the log', () => {
  it('has no credentials of a URL in an error', () => {
    const { logger, lines } = createTestLog();
    const cause = new Error('proxy http://me:secret@127.0.0.1:3128/ refused');
    logger.error({ err: new Error('No answer of https://secret@api.example', { cause }) }, 'Failed');
    expect(lines).toEqual([
      expect.objectContaining({
        err: expect.objectContaining({
          type: 'Error',
          message: 'No answer of https://***@api.example: proxy http://***@127.0.0.1:3128/ refused',
        }),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });
});
