// The kinds of values that environment variables have, each with what to say of a value that is none.
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** true or false. */
export const flag = (initial: boolean) => z.stringbool({ error: 'must be true or false' }).default(initial);

/** A whole number. */
export const count = (initial: number, { min = 1, max = Number.MAX_SAFE_INTEGER } = {}) => {
  const error = `must be a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error }).default(initial);
};

/** A duration: seconds in the environment, milliseconds in code. */
export const seconds = (initial: number, { min = 0, max = 31_536_000 } = {}) => {
  const error = `must be a number of seconds from ${min} to ${max}`;
  const range = z.coerce.number({ error }).min(min, { error }).max(max, { error }).default(initial);
  return range.transform((value) => Math.round(value * 1000));
};

/** A URL without trailing slash. */
export const url = z
  .url({ protocol: /^https?$/, error: 'must be a URL such as https://api.stack-auth.com' })
  .transform((value) => value.replace(/\/+$/, ''));

/** A URL that secrets may be sent to. */
export const reachableUrl = url.refine(isSecureOrLoopback, {
  error: 'must begin with https:// (plain http is for loopback alone)',
});

/** An origin as CORS knows it. */
export const origin = z.string().refine(isOrigin, {
  error: 'must list origins such as https://app.example.com, without path or trailing slash',
});

/** A network in CIDR notation. */
export const network = z.string().refine((value) => ipaddr.isValidCIDR(value), {
  error: 'must be a number of proxies, or networks such as 10.0.0.0/8, separated by commas',
});

/** Several, separated by commas. */
export const list = <T extends z.ZodType<unknown, string>>(item: T) =>
  z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(item));

/** As browsers send it, which never is a pattern. */
function isOrigin(value: string): boolean {
  return !value.includes('*') && URL.canParse(value) && new URL(value).origin === value;
}

function isSecureOrLoopback(value: string): boolean {
  const { protocol, hostname } = new URL(value);
  return (
    protocol === 'https:' ||
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}
