// Comparison of recorded answers with ours.
import { decodeJwt, decodeProtectedHeader } from 'jose';

// Keys whose strings must be equal; all other strings may differ.
const LITERAL = new Set(['code', 'type', 'token_type', 'scope', 'kty', 'crv', 'alg', 'role', 'branch_id']);
const LITERAL_NUMBERS = new Set(['expires_in']);

/**
 * The differences in shape between two JSON values: keys, JSON types, lengths, booleans, and strings that are codes.
 * Access tokens are compared by header and claims. Empty when the values agree.
 */
export function differences(recorded: unknown, ours: unknown, path = 'body'): readonly string[] {
  const [wanted, got] = [typeOf(recorded), typeOf(ours)];
  if (wanted !== got) return [`${path}: ${wanted} recorded, ${got} here`];
  if (isToken(recorded) && isToken(ours)) return differencesOfTokens(recorded, ours, path);
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    if (recorded.length !== ours.length)
      return [`${path}: ${recorded.length} items recorded, ${ours.length} here`];
    return recorded.flatMap((item, index) => differences(item, ours[index], `${path}[${index}]`));
  }
  if (isObject(recorded) && isObject(ours)) return differencesOfObjects(recorded, ours, path);
  const key = path.split('.').at(-1) ?? '';
  const literal = typeof recorded === 'boolean' || LITERAL.has(key) || LITERAL_NUMBERS.has(key);
  return literal && recorded !== ours ? [`${path}: ${recorded} recorded, ${ours} here`] : [];
}

function differencesOfObjects(
  recorded: Readonly<Record<string, unknown>>,
  ours: Readonly<Record<string, unknown>>,
  path: string,
): readonly string[] {
  const missing = Object.keys(recorded).filter((key) => !(key in ours));
  const added = Object.keys(ours).filter((key) => !(key in recorded));
  const shared = Object.keys(recorded).filter((key) => key in ours);
  return [
    ...missing.map((key) => `${path}.${key}: missing here`),
    ...added.map((key) => `${path}.${key}: not recorded`),
    ...shared.flatMap((key) => differences(recorded[key], ours[key], `${path}.${key}`)),
  ];
}

function differencesOfTokens(recorded: string, ours: string, path: string): readonly string[] {
  return [
    ...differences(decodeProtectedHeader(recorded), decodeProtectedHeader(ours), `${path}.header`),
    ...differences(decodeJwt(recorded), decodeJwt(ours), `${path}.claims`),
  ];
}

/** Whether a value has the form of a JWT. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*$/.test(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
