// Headers that a team's code gives to answers. One that cannot be sent would cost the whole answer, so it is refused where it is made.

/** Headers by which HTTP frames a message: the server decides them by itself. */
const RESERVED: readonly string[] = [
  'connection',
  'content-length',
  'content-type',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** A token, and the characters of a value (RFC 9110, sections 5.6.2 and 5.5). */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Throws `TypeError` for a header that cannot be sent, or that is the server's own. `name` is in lower case. */
export function checkHeader(name: string, value: unknown): void {
  if (!NAME.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name of a header`);
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new TypeError(`The header ${name} has no value`);
  if (!VALUE.test(String(value)))
    throw new TypeError(`The header ${name} has characters that cannot be sent`);
  if (RESERVED.includes(name)) throw new TypeError(`The header ${name} is set by the server alone`);
}
