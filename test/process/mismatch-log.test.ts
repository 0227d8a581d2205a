import { describe, expect, it } from 'vitest';
import type { TokenMismatch } from '../../src/core/events.ts';
import { createMismatchLog } from '../../src/process/mismatch-log.ts';
import { createClock } from '../support/clock.ts';
import { createTestLog } from '../support/test-log.ts';

const HOUR = 3_600_000;
const PROJECT = 'c08ec152-3d9d-4560-bdd6-ee35577c15a4';
const ACCEPTED = ['http://127.0.0.1:8102'];

function startLog() {
  const clock = createClock();
  const { logger, lines } = createTestLog();
  const listener = createMismatchLog({ logger, config: { projectId: PROJECT, issuerUrls: ACCEPTED }, clock });
  return {
    clock,
    lines,
    report: (mismatch: TokenMismatch) => listener({ kind: 'token-mismatch', mismatch }),
  };
}

describe('a mismatch', () => {
  it.each<[TokenMismatch, object, string]>([
    [
      { reason: 'issuer', origin: 'http://localhost:8102' },
      { issuer: 'http://localhost:8102', accepted: ACCEPTED },
      'set STACK_ISSUER_URL=http://localhost:8102',
    ],
    [{ reason: 'issuer', origin: 'http://127.0.0.1:8102' }, { accepted: ACCEPTED }, 'newer version'],
    [{ reason: 'issuer', origin: undefined }, { accepted: ACCEPTED }, 'newer version'],
    [{ reason: 'audience' }, { projectId: PROJECT }, 'check STACK_PROJECT_ID'],
    [{ reason: 'class' }, { projectId: PROJECT }, 'class of the user'],
    [{ reason: 'project' }, { projectId: PROJECT }, 'STACK_PROJECT_ID and in the frontend'],
  ])('is a warning with what to do: %j', (mismatch, fields, remedy) => {
    const { lines, report } = startLog();
    report(mismatch);
    const msg = expect.stringContaining(remedy);
    expect(lines).toEqual([expect.objectContaining({ level: 40, reason: mismatch.reason, ...fields, msg })]);
  });

  it('is logged once an hour for each reason, whatever the wall clock shows', () => {
    const { clock, lines, report } = startLog();
    for (let each = 0; each < 100; each += 1) {
      report({ reason: 'issuer', origin: `https://host-${each}.example.com` });
      report({ reason: 'project' });
    }
    expect(lines).toHaveLength(2);
    for (const step of [HOUR, -2 * HOUR]) {
      clock.stepWall(step);
      report({ reason: 'project' });
    }
    clock.advance(HOUR - 1);
    report({ reason: 'project' });
    expect(lines).toHaveLength(2);
    clock.advance(1);
    report({ reason: 'project' });
    expect(lines).toHaveLength(3);
  });
});
