// Metrics of Redis.
import { REDIS_COMMANDS } from '../core/events.ts';
import type { Instruments } from './instruments.ts';
import { REDIS_OUTCOMES, REDIS_UNREADABLE } from './metric-labels.ts';
import type { Services } from './services.ts';

/** Adds the metrics of Redis, and counts its events. */
export function measureRedis(
  { events, gauges }: Pick<Services, 'events' | 'gauges'>,
  { counter, histogram, gauge }: Instruments,
): void {
  const commands = counter('redis_commands_total', 'Commands of Redis by what they are for, and outcome', {
    command: REDIS_COMMANDS,
    outcome: REDIS_OUTCOMES,
  });
  const duration = histogram('redis_command_duration_seconds', 'Duration of commands that Redis answered');
  const unreadable = counter('redis_unreadable_total', 'Copies and messages in Redis that cannot be read', {
    what: REDIS_UNREADABLE,
  });
  gauge('redis_up', '1 if Redis is connected and answers in time, else 0', () =>
    gauges().redis === 'up' ? 1 : 0,
  );
  events.subscribe((event) => {
    if (event.kind === 'redis-unreadable') unreadable.inc({ what: event.what });
    if (event.kind !== 'redis-command') return;
    commands.inc({ command: event.command, outcome: event.outcome });
    if (event.outcome === 'ok') duration.observe(event.seconds);
  });
}
