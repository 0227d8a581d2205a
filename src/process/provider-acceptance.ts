// Whether the provider accepts our keys, our project and our way of asking: the one place that knows, read by health.
import type { Clock } from '../core/clock.ts';
import type { CallOutcome, Events } from '../core/events.ts';
import type { Log } from '../core/log.ts';

/** What the provider last said about us. */
export interface ProviderAcceptance {
  readonly isRefused: boolean;
}

/** Where one kind of call is refused and another accepted, the state changes all the time: it is logged once in this time, in milliseconds. */
const QUIET = 60_000;

/** What is logged where calls with the secret key are refused, or those with the rights of users. */
const SERVER_REFUSED = 'The identity provider refuses us: check STACK_SECRET_SERVER_KEY and STACK_PROJECT_ID';
const CLIENT_REFUSED =
  'The identity provider refuses calls with the rights of users: check STACK_PUBLISHABLE_CLIENT_KEY and STACK_PROJECT_ID';

/** What is logged of a refusal's name. Anything else may be text that came with the call. */
const REFUSAL = /^([A-Z_]{1,60}|\d{3} in plain text)$/;

/** Outcomes which show that our keys were accepted. An expired token is refused before the keys are looked at. */
const ACCEPTED: ReadonlySet<CallOutcome> = new Set<CallOutcome>(['ok', 'gone', 'forbidden', 'rejected']);

/** Follows the calls to the provider, and logs when a refusal begins, and when it ends with the number of refused calls. */
export function watchAcceptance({ events, logger, clock }: WatchOptions): ProviderAcceptance {
  // Each kind of access has a key of its own, so that an answer to one says nothing about the other.
  const refusedAccess = new Set<string>();
  let calls = 0;
  let beganAt = Number.NEGATIVE_INFINITY;
  let isLogged = false;

  function refuse(access: string, refusal: string | undefined): void {
    refusedAccess.add(access);
    calls += 1;
    if (isLogged || clock.monotonic() - beganAt < QUIET) return;
    isLogged = true;
    beganAt = clock.monotonic();
    logger.error(
      { refusal: refusal !== undefined && REFUSAL.test(refusal) ? refusal : undefined },
      access === 'client' ? CLIENT_REFUSED : SERVER_REFUSED,
    );
  }

  function accept(access: string): void {
    if (!refusedAccess.delete(access) || refusedAccess.size > 0 || !isLogged) return;
    logger.info({ calls }, 'The identity provider accepts us again');
    isLogged = false;
    calls = 0;
  }

  events.subscribe((event) => {
    if (event.kind !== 'provider-call') return;
    if (event.outcome === 'refused') refuse(event.access, event.refusal);
    else if (ACCEPTED.has(event.outcome)) accept(event.access);
  });
  return {
    get isRefused() {
      return refusedAccess.size > 0;
    },
  };
}

interface WatchOptions {
  readonly events: Events;
  readonly logger: Log;
  readonly clock: Pick<Clock, 'monotonic'>;
}
