// Results as JSON of at most so many bytes. Strings that a result repeats are one string in memory, but not in its JSON: the
// size is estimated first, so that no giant string is built to be thrown away.

/** The JSON of a value, or `undefined` where it has more than `limit` bytes. Throws where a value has no JSON. */
export function serialise(value: object, limit: number): string | undefined {
  const left = measure(value, limit, 0);
  if (left < 0) return undefined;
  if (Number.isNaN(left)) return serialiseCounting(value, limit);
  const text = JSON.stringify(value);
  return isSmall(limit - left, limit) || Buffer.byteLength(text) <= limit ? text : undefined;
}

/**
 * About how long the JSON of a value is, or `undefined` where it has more than `limit` bytes. Builds no JSON where the estimate
 * decides. Throws where a value has no JSON.
 */
export function sizeOf(value: object, limit: number): number | undefined {
  const estimate = limit - measure(value, limit, 0);
  return isSmall(estimate, limit) ? estimate : serialise(value, limit)?.length;
}

/** Deeper values are left to `JSON.stringify`, which notices cycles. */
const MAX_DEPTH = 100;

/** Bytes that the JSON of a value has at most for each that the estimate counts: a number and its comma have 25, and count 2. */
const MAX_FACTOR = 13;

function isSmall(estimate: number, limit: number): boolean {
  return estimate * MAX_FACTOR <= limit;
}

/**
 * Subtracts from `left` what the JSON of a value has at least: fewer than its bytes, never more. Stops where nothing is left.
 * NaN where only `JSON.stringify` can tell.
 */
function measure(value: unknown, left: number, depth: number): number {
  if (typeof value === 'string') return left - value.length - 2;
  if (typeof value === 'bigint') return Number.NaN;
  if (typeof value !== 'object' || value === null) return left - 1;
  if (depth === MAX_DEPTH) return Number.NaN;
  return Array.isArray(value) ? measureList(value, left, depth) : measureObject(value, left, depth);
}

function measureList(list: readonly unknown[], left: number, depth: number): number {
  let rest = left - 1;
  for (const item of list) {
    // Not by `measure`: most lists and objects hold texts, and this is measurable.
    rest = typeof item === 'string' ? rest - item.length - 3 : measure(item, rest - 1, depth + 1);
    if (!(rest >= 0)) return rest;
  }
  return rest;
}

function measureObject(value: object, left: number, depth: number): number {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return Number.NaN;
  const fields = value as Readonly<Record<string, unknown>>;
  if (typeof fields['toJSON'] === 'function') return Number.NaN;
  let rest = left - 1;
  // Not `for in`, which looks each key up once more in objects like those.
  for (const key of Object.keys(fields)) {
    const item = fields[key];
    if (typeof item === 'string') rest -= item.length + key.length + 6;
    else if (item === undefined || typeof item === 'function' || typeof item === 'symbol') continue;
    else rest = measure(item, rest - key.length - 4, depth + 1);
    if (!(rest >= 0)) return rest;
  }
  return rest;
}

const TOO_LARGE = new Error('The JSON is too large');

/** Slower by far: `JSON.stringify` calls a function for every value in it. */
function serialiseCounting(value: object, limit: number): string | undefined {
  let left = limit;
  const count = (_key: string, item: unknown): unknown => {
    left -= typeof item === 'string' ? item.length + 2 : 1;
    if (left < 0) throw TOO_LARGE;
    return item;
  };
  try {
    const text = JSON.stringify(value, count);
    return Buffer.byteLength(text) <= limit ? text : undefined;
  } catch (error) {
    if (error === TOO_LARGE) return undefined;
    throw error;
  }
}
