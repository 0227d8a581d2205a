// The cost of a signal that is never aborted: created, listened to and released, as for every profile.
import { bench, do_not_optimize, group } from 'mitata';
import { LightAbortController, onAbort } from '../../src/core/abort-controller.ts';

/** Registers the benchmarks. */
export function registerAbort(): void {
  const listener = () => {};
  group('a signal that is never aborted', () => {
    bench("node's AbortController", () => {
      const { signal } = new AbortController();
      do_not_optimize(onAbort(signal, listener)());
    });
    bench('LightAbortController', () => {
      do_not_optimize(onAbort(new LightAbortController(), listener)());
    });
  });
}
