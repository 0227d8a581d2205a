import type { Services } from '../../src/process/services.ts';

/** Requests that wait for a call to the provider: a race can begin once all of them wait. */
export interface ProfileWaits {
  /** Resolves once this many requests have begun to wait since the counting began. */
  begun(count: number): Promise<void>;
}

/** Counts the requests that make a call for a profile or join one, by the events of the services. */
export function watchProfileWaits({ events }: Pick<Services, 'events'>): ProfileWaits {
  let begun = 0;
  let awaited: readonly { readonly count: number; readonly resolve: () => void }[] = [];
  events.subscribe((event) => {
    if (event.kind !== 'profile' || (event.from !== 'call' && event.from !== 'shared')) return;
    begun += 1;
    for (const { count, resolve } of awaited) if (begun >= count) resolve();
    awaited = awaited.filter(({ count }) => begun < count);
  });
  return {
    begun(count) {
      if (begun >= count) return Promise.resolve();
      return new Promise((resolve) => {
        awaited = [...awaited, { count, resolve }];
      });
    },
  };
}
