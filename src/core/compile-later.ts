// Schemas that are compiled after the server has started.
import { z } from 'zod';

/** What is left of a schema: it can parse. */
export interface Parser<T> {
  /** Throws `ZodError` for a value that does not fit. */
  parse(value: unknown): T;
  safeParse(value: unknown): z.ZodSafeParseResult<T>;
}

/** No code is generated for the object schemas within, which takes longer than parsing one value without. */
export const WITHOUT_CODE = { jitless: true } as const;

/**
 * Like `z.compile`, but the first value is parsed by the schema itself, and the second one compiles it: compiling all schemas took
 * 15 ms of each start, and one takes as long as some hundred values.
 */
export function compileLater<T extends z.ZodType>(schema: T): Parser<z.output<T>> {
  let parser: Parser<z.output<T>> = {
    parse: (value) => {
      parser = later;
      return schema.parse(value, WITHOUT_CODE);
    },
    safeParse: (value) => {
      parser = later;
      return schema.safeParse(value, WITHOUT_CODE);
    },
  };
  const compile = () => (parser = z.compile(schema));
  const later: Parser<z.output<T>> = {
    parse: (value) => compile().parse(value),
    safeParse: (value) => compile().safeParse(value),
  };
  return { parse: (value) => parser.parse(value), safeParse: (value) => parser.safeParse(value) };
}
