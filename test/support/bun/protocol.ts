// What a test and the process under Bun say to each other: a line of JSON each way for every call.
import type { Clock } from '../../../src/core/clock.ts';
import type { ServerEvent } from '../../../src/core/events.ts';
import type { Services } from '../../../src/process/services.ts';
import type { ListenOptions } from '../../../src/server/port.ts';
import type { Adapter } from '../adapter.ts';

/** The readings of a test's clock, in milliseconds. */
export interface Readings {
  readonly wall: ReturnType<Clock['wall']>;
  readonly monotonic: ReturnType<Clock['monotonic']>;
}

/** Calls about the server with this number. `start`, `fast-path` and `close` are answered before they are done. */
export type Call =
  | {
      readonly kind: 'start';
      readonly server: number;
      readonly env: Readonly<Record<string, string>>;
      readonly adapter?: Adapter | undefined;
      readonly graph?: boolean;
      readonly readings?: Readings | undefined;
    }
  | { readonly kind: 'look'; readonly server: number; readonly readings?: Readings | undefined }
  | { readonly kind: 'fast-path'; readonly server: number; readonly timeouts?: ListenOptions['timeouts'] }
  | { readonly kind: 'drain' | 'close'; readonly server: number };

/** The state of a server. Lines and events are those since the last call. */
export interface State {
  readonly url?: string;
  readonly failed?: string;
  readonly closed?: boolean;
  /** Further ports of the server, with the fast path. */
  readonly fastPaths: readonly string[];
  readonly lines: readonly string[];
  readonly events: readonly ServerEvent[];
  readonly received: number;
  readonly gauges?: ReturnType<Services['gauges']>;
  /** Of the test graph. */
  readonly resolved?: { readonly nodes: number; readonly mutations: number };
}
