import { execute, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../src/core/errors.ts';
import { createBuilder } from '../../src/graph/builder.ts';

const FRAME = /\n\s+at /;
const refusal = () => new AppError('No', { code: 'FORBIDDEN' });

/** What execution makes of errors that resolvers throw, reject with, or are refused by a scope with. */
async function errorsOf(selection: string) {
  const builder = createBuilder();
  builder.queryType({
    fields: (t) => ({
      thrown: t.int({
        nullable: true,
        resolve: () => {
          throw refusal();
        },
      }),
      rejected: t.int({ nullable: true, resolve: () => Promise.reject(refusal()) }),
      returned: t.field({ type: ['Int'], nullable: true, resolve: () => Promise.resolve([1]) }),
      guarded: t.withAuth({ authenticated: true }).int({ nullable: true, resolve: () => 1 }),
      bug: t.int({
        nullable: true,
        resolve: () => {
          throw new TypeError('A bug');
        },
      }),
      text: t.int({
        nullable: true,
        resolve: () => {
          throw 'no error at all';
        },
      }),
      // A value that is no error has no trace of its own, so that one of the place would be seen.
      rejectedText: t.int({ nullable: true, resolve: () => Promise.reject('no error at all') }),
    }),
  });
  const { data, errors = [] } = await execute({
    schema: builder.toSchema(),
    document: parse(selection),
    contextValue: { user: undefined },
  });
  return { data, errors };
}

describe('a field that fails', () => {
  it.each(['thrown', 'rejected', 'guarded', 'bug', 'text', 'rejectedText'])(
    'has its place in the answer, and no stack trace of it: %s',
    async (field) => {
      const { data, errors } = await errorsOf(`{ as: ${field} }`);
      expect(data).toEqual({ as: null });
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatchObject({ path: ['as'], locations: [{ line: 1, column: 3 }] });
      expect(errors[0]?.originalError).toBeInstanceOf(Error);
      expect(FRAME.test(errors[0]?.stack ?? '')).toBe(field === 'bug');
    },
  );

  it('keeps the trace of the place where a bug is', async () => {
    const { errors } = await errorsOf('{ bug }');
    expect(errors[0]?.originalError?.stack).toContain('locate-errors.test.ts');
  });

  it('leaves stack traces of later errors alone', async () => {
    await errorsOf('{ thrown rejected }');
    expect(new Error('later').stack).toMatch(FRAME);
  });

  it('does not change fields that succeed', async () => {
    expect(await errorsOf('{ returned }')).toEqual({ data: { returned: [1] }, errors: [] });
  });
});

describe('an AppError', () => {
  it.each<[ErrorCode, boolean]>([
    ['UNAUTHENTICATED', false],
    ['FORBIDDEN', false],
    ['LIMIT_EXCEEDED', false],
    ['UPSTREAM_UNAVAILABLE', false],
    ['INTERNAL_SERVER_ERROR', true],
    ['INVALID_CONFIGURATION', true],
  ])('has a stack trace only where it is a bug or a mistake in a setting: %s', (code, expected) => {
    expect(FRAME.test(new AppError('No', { code }).stack ?? '')).toBe(expected);
  });
});
