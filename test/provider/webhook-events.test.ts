import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { WEBHOOK_TYPES } from '../../src/core/webhook-types.ts';
import { dropNamed } from '../../src/provider/webhook-events.ts';

const recordedEvent = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });

/** Every event that the genuine backend has sent for an action. */
const RECORDED = readFileSync(new URL('../contract/recorded-webhooks.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .flatMap((line) => z.object({ events: z.array(recordedEvent).default([]) }).parse(JSON.parse(line)).events);

/** What an event drops. */
function droppedBy(event: { readonly type: string; readonly data: unknown }) {
  const dropped: string[] = [];
  const isNamed = dropNamed(
    {
      drop(change, source) {
        expect(source).toBe('here');
        dropped.push(Object.values(change).join(' '));
      },
    },
    event,
  );
  expect(isNamed).toBe(dropped.length > 0);
  return dropped;
}

describe('the events of the provider', () => {
  it('are all of types that are known', () => {
    const types = new Set(RECORDED.map(({ type }) => type));
    expect([...types].sort()).toEqual([...WEBHOOK_TYPES].sort());
  });

  it('drop every kind of copy of the user that they name, or all that shows the team', () => {
    for (const { type, data } of RECORDED) {
      const expected = /^team\./.test(type) ? `team ${data['id']}` : `user ${data['user_id'] ?? data['id']}`;
      expect(droppedBy({ type, data }), type).toEqual([expected]);
    }
  });

  it('name a user or a team in any case', () => {
    const id = 'C08EC152-3D9D-4560-BDD6-EE35577C15A4';
    expect(droppedBy({ type: 'user.updated', data: { id } })).toEqual([`user ${id.toLowerCase()}`]);
  });

  it.each([undefined, null, 'text', [], {}, { id: 7 }, { id: 'me' }, { id: null }, { user_id: 'x' }])(
    'drop nothing where their data is %j',
    (data) => {
      for (const type of WEBHOOK_TYPES) expect(droppedBy({ type, data })).toEqual([]);
    },
  );
});
