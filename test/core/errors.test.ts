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

  it('is of a class that extends it only where it was made by that', () => {
    class NotOwner extends AppError {}
    const options = { code: 'FORBIDDEN' } as const;
    const [own, other] = [new NotOwner('No', options), new AppError('No', options)];
    expect([own instanceof AppError, own instanceof NotOwner, other instanceof NotOwner]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each(['NOT_FOUND', 'constructor', '', undefined])('has no code %s', (code) => {
    expect(() => new AppError('No', { code: code as 'FORBIDDEN' })).toThrow(TypeError);
  });

  it.each([
    ['bad name', 'x'],
    ['', 'x'],
    ['x-line', 'a\r\nb: c'],
    ['x-zero', '\0'],
    ['x-text', 'Łódź'],
    ['x-none', undefined as unknown as string],
    ['Content-Length', '3'],
    ['Transfer-Encoding', 'chunked'],
    ['Trailer', 'x'],
  ])('cannot have the header %j: %j', (name, value) => {
    expect(() => new AppError('No', { code: 'FORBIDDEN', headers: { [name]: value } })).toThrow(TypeError);
  });

  it('has headers by names in lower case', () => {
    const headers = { 'X-Team': 'é\t~', Allow: 'GET' };
    const error = new AppError('No', { code: 'FORBIDDEN', headers });
    expect(error.headers).toEqual({ 'x-team': 'é\t~', allow: 'GET' });
  });
});
