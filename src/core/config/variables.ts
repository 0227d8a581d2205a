// The one table of environment variables, a file for each section. Parsing, the type `Config`, docs/configuration.md and the
// doctor's checks are derived from it: a new variable is one row.
import { LIMITS } from './variables/limits.ts';
import { LOAD } from './variables/load.ts';
import { OPERATION } from './variables/operation.ts';
import { PROFILES } from './variables/profiles.ts';
import { PROVIDER } from './variables/provider.ts';
import { SERVING } from './variables/serving.ts';
import { SHARING } from './variables/sharing.ts';
import { TRACES } from './variables/traces.ts';
import type { Variable } from './variables/variable.ts';

/** The variables by section of docs/configuration.md, in the order of that page. */
export const SECTIONS = {
  provider: PROVIDER,
  serving: SERVING,
  profiles: PROFILES,
  sharing: SHARING,
  limits: LIMITS,
  load: LOAD,
  operation: OPERATION,
  traces: TRACES,
} as const satisfies Readonly<Record<string, readonly Variable[]>>;

/** A section of docs/configuration.md. */
export type Section = keyof typeof SECTIONS;

/** All rows, in the order of docs/configuration.md. */
export const VARIABLES = Object.values(SECTIONS).flat();
