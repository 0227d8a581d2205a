import { describe, expect, it } from 'vitest';
import { type CallOutcome, createEvents } from '../../src/core/events.ts';
import { watchAcceptance } from '../../src/process/provider-acceptance.ts';
import { createTestLog } from '../support/test-log.ts';

const REFUSED = 'The identity provider refuses us: check STACK_SECRET_SERVER_KEY and STACK_PROJECT_ID';
const ACCEPTED = 'The identity provider accepts us again';

function watch() {
  const events = createEvents();
  const log = createTestLog();
  const acceptance = watchAcceptance({ events, logger: log.logger });
  return {
    acceptance,
    logged: () => log.lines.map(({ msg }) => msg),
    call: (outcome: CallOutcome, access: 'client' | 'server' = 'server') =>
      events.emit({ kind: 'provider-call', access, outcome, seconds: 0 }),
  };
}

describe('the acceptance by the provider', () => {
  it('is logged once when it ends and once when it begins again', () => {
    const { acceptance, call, logged } = watch();
    expect(acceptance.isRefused).toBe(false);
    for (const outcome of ['ok', 'refused', 'refused'] as const) call(outcome);
    expect(acceptance.isRefused).toBe(true);
    expect(logged()).toEqual([REFUSED]);
    for (const outcome of ['ok', 'ok'] as const) call(outcome);
    expect(acceptance.isRefused).toBe(false);
    expect(logged()).toEqual([REFUSED, ACCEPTED]);
  });

  it.each<CallOutcome>(['ok', 'gone', 'forbidden', 'rejected'])('is proved by the outcome %s', (outcome) => {
    const { acceptance, call } = watch();
    call('refused');
    call(outcome);
    expect(acceptance.isRefused).toBe(false);
  });

  it.each<CallOutcome>(['unavailable', 'limited', 'expired'])(
    'is not proved by the outcome %s',
    (outcome) => {
      const { acceptance, call, logged } = watch();
      call(outcome);
      expect(acceptance.isRefused).toBe(false);
      call('refused');
      call(outcome);
      expect(acceptance.isRefused).toBe(true);
      expect(logged()).toEqual([REFUSED]);
    },
  );

  it('of one kind of access is not proved by a call with the other', () => {
    const { acceptance, call, logged } = watch();
    call('refused', 'server');
    call('ok', 'client');
    expect(acceptance.isRefused).toBe(true);
    call('refused', 'client');
    call('ok', 'server');
    expect(acceptance.isRefused).toBe(true);
    call('ok', 'client');
    expect(acceptance.isRefused).toBe(false);
    expect(logged()).toEqual([REFUSED, ACCEPTED]);
  });
});
