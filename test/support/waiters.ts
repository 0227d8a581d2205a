import type { Services } from '../../src/process/services.ts';

/** Who waits for a profile at this moment: a race begins when they have all come so far. */
export interface Waiters {
  readonly count: number;
  /** Resolves once so many wait, no more and no fewer. */
  are(count: number): Promise<void>;
}

/** Counts those who wait for a profile from these services, from now on. Nothing else changes for them. */
export function watchWaiters(services: Services): Waiters {
  const { fetchProfile } = services;
  let count = 0;
  let hopes: readonly { readonly count: number; readonly resolve: () => void }[] = [];

  function change(by: number): void {
    count += by;
    for (const hope of hopes) if (hope.count === count) hope.resolve();
    hopes = hopes.filter((hope) => hope.count !== count);
  }

  Object.assign(services, {
    fetchProfile: (request: Parameters<typeof fetchProfile>[0]) => {
      const outcome = fetchProfile(request);
      change(1);
      return outcome.finally(() => change(-1));
    },
  });
  return {
    get count() {
      return count;
    },
    are(wanted) {
      if (count === wanted) return Promise.resolve();
      return new Promise((resolve) => {
        hopes = [...hopes, { count: wanted, resolve }];
      });
    },
  };
}
