// This machine's clock, by which tokens expire, compared with the provider's, by which they are issued.
import { CLOCK_TOLERANCE } from '../../auth/verify.ts';
import type { Finding } from './finding.ts';

/** `offBy` is in seconds, positive where the provider's clock is ahead; 0 means within the tolerance. */
export function checkClock(offBy: number): Finding {
  const details = { offBy, tolerance: CLOCK_TOLERANCE };
  if (offBy === 0) {
    const message = `This machine's clock and the provider's agree within ${CLOCK_TOLERANCE} s.`;
    return { check: 'clock', status: 'ok', code: 'CLOCK_GOOD', message, details };
  }
  const [where, effect] =
    offBy > 0
      ? ['behind', 'the server accepts tokens that have expired']
      : ['ahead of', 'the server refuses valid tokens as expired'];
  return {
    check: 'clock',
    status: 'failed',
    code: 'CLOCK_OFF',
    message: `This machine's clock is ${Math.abs(offBy)} s ${where} the provider's: ${effect}.`,
    remedy: 'Synchronise it by NTP (timedatectl set-ntp true). A container uses the clock of its host.',
    details,
  };
}
