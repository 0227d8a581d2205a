// The events of look-ups, one object for each: they are emitted for every request.
import { COPY_KINDS, type CopyKind, type LookupSource, type ServerEvent } from '../../core/events.ts';

/** The event of a look-up. */
export function lookupEvent(kind: CopyKind, from: LookupSource): ServerEvent {
  return EVENTS[kind][from];
}

const eventOf = (of: CopyKind, from: LookupSource): ServerEvent =>
  of === 'profile' ? { kind: 'profile', from } : { kind: 'lookup', of, from };

const EVENTS = Object.fromEntries(
  COPY_KINDS.map((kind) => [
    kind,
    {
      fresh: eventOf(kind, 'fresh'),
      redis: eventOf(kind, 'redis'),
      stale: eventOf(kind, 'stale'),
      call: eventOf(kind, 'call'),
      shared: eventOf(kind, 'shared'),
    },
  ]),
) as Readonly<Record<CopyKind, Readonly<Record<LookupSource, ServerEvent>>>>;
