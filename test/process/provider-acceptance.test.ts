import { describe, expect, it } from 'vitest';
import { type CallOutcome, createEvents } from '../../src/core/events.ts';
import { watchAcceptance } from '../../src/process/provider-acceptance.ts';
import { createClock } from '../support/clock.ts';
import { createTestLog } from '../support/test-log.ts';

const REFUSED = 'The identity provider refuses us: check STACK_SECRET_SERVER_KEY and STACK_PROJECT_ID';
const ACCEPTED = 'The identity provider accepts us again';

function watch() {
  const events = createEvents();
  const log = createTestLog();
  const clock = createClock();
  const acceptance = watchAcceptance({ events, logger: log.logger, clock });
  return {
    acceptance,
    clock,
    lines: log.lines,
    logged: () => log.lines.map(({ msg }) => msg),
    call: (outcome: CallOutcome, access: 'client' | 'server' = 'server', refusal?: string) =>
      events.emit({ kind: 'provider-call', access, outcome, seconds: 0, refusal }),
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

  it('is logged with the reason where it ends, and with the number of refused calls where it begins again', () => {
    const { call, lines } = watch();
    for (let index = 0; index < 1_000; index += 1) call('refused', 'server', 'INVALID_SECRET_SERVER_KEY');
    call('ok');
    expect(lines).toMatchObject([
      { level: 50, msg: REFUSED, refusal: 'INVALID_SECRET_SERVER_KEY' },
      { level: 30, msg: ACCEPTED, calls: 1_000 },
    ]);
  });

  it('that comes and goes all the time is logged once a minute, with all refused calls', () => {
    const { acceptance, call, clock, lines } = watch();
    for (let second = 0; second < 120; second += 1) {
      call('refused');
      expect(acceptance.isRefused).toBe(true);
      call('ok');
      expect(acceptance.isRefused).toBe(false);
      clock.advance(1_000);
    }
    expect(lines.map(({ msg, calls }) => [msg, calls])).toEqual([
      [REFUSED, undefined],
      [ACCEPTED, 1],
      [REFUSED, undefined],
      [ACCEPTED, 60],
    ]);
  });

  it('is logged although it ended soon after it had begun again', () => {
    const { call, clock, logged } = watch();
    for (const outcome of ['refused', 'ok', 'refused'] as const) call(outcome);
    clock.advance(60_000);
    call('refused');
    expect(logged()).toEqual([REFUSED, ACCEPTED, REFUSED]);
  });

  it.each([
    ['404 in plain text', true],
    ['CURRENT_PROJECT_NOT_FOUND', true],
    ['X'.repeat(10_000), false],
    ['eyJhbGciOiJFUzI1NiJ9', false],
    ['A line\nand another', false],
  ])('is logged with its reason only where that is a name: %j', (refusal, isLogged) => {
    const { call, lines } = watch();
    call('refused', 'server', refusal);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.['refusal']).toBe(isLogged ? refusal : undefined);
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
