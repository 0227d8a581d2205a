// The key by which the answer for a scope's value is remembered within a request.

/**
 * Equal values have the same key: strings and numbers by themselves, plain objects and lists by what they hold, whatever
 * the order of their properties. Other objects are equal only to themselves.
 */
export function scopeKey(value: unknown): unknown {
  // The first character keeps a string apart from an object that is written the same.
  if (typeof value === 'string') return `s${value}`;
  return typeof value === 'object' && value !== null && isPlain(value) ? `o${write(value)}` : value;
}

function isPlain(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every(isPlain);
}

function write(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(write).join()}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${write(each)}`).join()}}`;
}
