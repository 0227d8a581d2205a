// A row of the table of environment variables.
import type { z } from 'zod';

/** A row of the table. */
export interface Variable {
  readonly name: string;
  /** The key in `Config`. A dot makes a nested key. */
  readonly key: string;
  /** Parses the text, or `undefined` where the variable is not set. The parser holds the default. */
  readonly parser: z.ZodType;
  /** One sentence for docs/configuration.md, without its final period. */
  readonly meaning: string;
}
