import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { errorResponse } from '../../src/library/fetch.ts';
import { maskError } from '../../src/pipeline/mask-error.ts';

// The package has two: one in the bundle of `./server`, one in the modules of the other entries.
const COPY = '../../src/core/errors.ts?copy';
const { AppError: OtherError } = (await import(COPY)) as { readonly AppError: typeof AppError };
const refusal = new OtherError('Not yours', { code: 'FORBIDDEN', reason: 'NOT_OWNER' });

describe('an error that another copy of the class created', () => {
  it('is none of this class, and is recognized by instanceof, in both directions', () => {
    expect(OtherError).not.toBe(AppError);
    expect(Object.getPrototypeOf(refusal)).not.toBe(AppError.prototype);
    expect(refusal instanceof AppError).toBe(true);
    expect(new AppError('Not yours', { code: 'FORBIDDEN' }) instanceof OtherError).toBe(true);
  });

  it('is not masked, whether a resolver throws it or the request is refused', () => {
    const extensions = { code: 'FORBIDDEN', reason: 'NOT_OWNER' };
    const located = new GraphQLError('', { path: ['note'], originalError: refusal });
    expect(maskError(located)).toMatchObject({ message: 'Not yours', extensions });
    expect(maskError(refusal).extensions).toMatchObject({ ...extensions, http: { status: 403 } });
  });

  it('is masked where its code says that it is a bug', () => {
    const bug = new OtherError('secret', { code: 'INTERNAL_SERVER_ERROR' });
    expect(maskError(bug)).toMatchObject({ message: 'Unexpected error', originalError: bug });
  });

  it('is the answer of a fetch handler', async () => {
    const limited = new OtherError('Too many', { code: 'RATE_LIMITED', retryAfter: 7 });
    const answer = errorResponse(limited);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(await answer.json()).toEqual({ error: 'Too many', code: 'RATE_LIMITED' });
  });
});

describe('an error of ours', () => {
  it.each([
    ['another error', new Error('Not yours')],
    ['an object of its shape', { ...refusal, name: 'AppError', message: 'Not yours' }],
    ['a text', 'AppError'],
    ['null', null],
    ['nothing', undefined],
  ])('is not %s', (_what, value) => {
    expect(value instanceof AppError).toBe(false);
  });

  it('is one of a subclass only where that created it', () => {
    class NotFound extends AppError {}
    expect(refusal instanceof NotFound).toBe(false);
    expect(new NotFound('Nothing', { code: 'BAD_REQUEST' }) instanceof NotFound).toBe(true);
    expect(new NotFound('Nothing', { code: 'BAD_REQUEST' }) instanceof OtherError).toBe(true);
  });

  it('has no property more than it shows', () => {
    expect(Reflect.ownKeys(refusal).filter((key) => typeof key === 'symbol')).toEqual([]);
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
