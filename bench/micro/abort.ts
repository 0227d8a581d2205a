// What a signal costs that nobody aborts: made, listened to and let go, as for every profile.
import { bench, do_not_optimize, group } from 'mitata';
import { LightAbortController, onAbort } from '../../src/core/abort-controller.ts';

/** Registers the benchmarks. */
export function registerAbort(): void {
  const listener = () => {};
  group('a signal that nobody aborts', () => {
    bench("node's AbortController", () => {
      const { signal } = new AbortController();
      do_not_optimize(onAbort(signal, listener)());
    });
    bench('LightAbortController', () => {
      do_not_optimize(onAbort(new LightAbortController(), listener)());
    });
  });
}
