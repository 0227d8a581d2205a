// Which adapter of the pipeline answers a test's requests: Yoga, or the fast path for operations that Yoga has executed.
import { inject } from 'vitest';

/** `fast-path` sends every document once without a token before it is first asked, so that the fast path answers it. */
export type Adapter = 'yoga' | 'fast-path';

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
