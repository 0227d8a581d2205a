// The `Retry-After` header (RFC 9110, section 10.2.3).

const LONGEST = 3_600;

/**
 * Seconds to wait, from 0 to 3,600. `undefined` where the header says nothing that can be used. `now` is the wall clock's
 * reading, for a header that names a date.
 */
export function readRetryAfter(value: string | string[] | undefined, now: number): number | undefined {
  if (typeof value !== 'string') return undefined;
  // Every date that a server may send ends in GMT; without that, Date.parse reads "-5" as a day in 2001.
  const date = value.endsWith(' GMT') ? Date.parse(value) : Number.NaN;
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : Math.ceil((date - now) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), LONGEST);
}
