import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compileLater } from '../../src/core/compile-later.ts';

describe('a schema that is compiled later', () => {
  const schema = z.object({ id: z.string().min(1), at: z.number().transform((ms) => new Date(ms)) });

  it.each([
    ['good, good, good', 'ggg'],
    ['bad, good, bad', 'bgb'],
    ['good, bad, good', 'gbg'],
    ['bad, bad, bad', 'bbb'],
  ])('parses as the schema itself does: %s', (_which, order) => {
    const values = [...order].map((kind) =>
      kind === 'g' ? { id: 'a', at: 5, more: 1 } : { id: '', at: '5' },
    );
    for (const method of ['parse', 'safeParse'] as const) {
      const parser = compileLater(schema);
      for (const value of values) {
        expect(outcomeOf(() => parser[method](value))).toEqual(outcomeOf(() => schema[method](value)));
      }
    }
  });

  it('generates code for the second value, and not before', () => {
    const parser = compileLater(z.object({ id: z.string() }));
    const generated = countGenerated(() => parser.parse({ id: 'a' }));
    expect(generated).toBe(0);
    expect(countGenerated(() => parser.parse({ id: 'a' }))).toBeGreaterThan(0);
    expect(countGenerated(() => parser.parse({ id: 'a' }))).toBe(0);
  });
});

function outcomeOf(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    return { issues: error instanceof z.ZodError ? error.issues : error };
  }
}

/** How often functions are made from text. */
function countGenerated(run: () => void): number {
  const original = globalThis.Function;
  let count = 0;
  globalThis.Function = new Proxy(original, {
    construct(target, args, newTarget) {
      count += 1;
      return Reflect.construct(target, args, newTarget);
    },
  });
  try {
    run();
  } finally {
    globalThis.Function = original;
  }
  return count;
}
