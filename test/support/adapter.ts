// What answers a test's requests: Yoga, the fast path for operations that Yoga has executed, or a team's server with the library.
import { inject } from 'vitest';

/**
 * `fast-path` sends every document once without a token before it is first asked, so that the fast path answers it. `library`
 * is a Yoga server of a team, which knows the fields that suites about tokens and profiles ask for.
 */
export type Adapter = 'yoga' | 'fast-path' | 'library';

declare module 'vitest' {
  interface ProvidedContext {
    /** Set by the projects that run a suite on one adapter (vitest.config.ts). */
    readonly adapter?: Adapter;
  }
}

/** The adapter of the running project; `undefined` is the server as in production: Yoga first, then the fast path. */
export function adapterOfProject(): Adapter | undefined {
  return inject('adapter');
}
