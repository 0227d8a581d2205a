import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';

/** The module as another bundle has it. */
const COPY = '../../src/core/errors.ts?copy';

describe('an error of ours', () => {
  it('is recognised by another copy of its class', async () => {
    const { AppError: Copy } = (await import(COPY)) as { readonly AppError: typeof AppError };
    expect(Copy).not.toBe(AppError);
    const options = { code: 'FORBIDDEN', reason: 'OTHER' } as const;
    expect(new Copy('No', options) instanceof AppError).toBe(true);
    expect(new AppError('No', options) instanceof Copy).toBe(true);
  });

  it.each([[new Error('No')], [{ name: 'AppError', code: 'FORBIDDEN' }], ['AppError'], [null], [undefined]])(
    'is not %o',
    (value) => {
      expect((value as unknown) instanceof AppError).toBe(false);
    },
  );
});
