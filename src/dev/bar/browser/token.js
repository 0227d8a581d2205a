// The claims of an access token, decoded for display. They are not verified.

/**
 * @typedef {object} Claims
 * @property {string} [name]
 * @property {string} [email]
 * @property {boolean} [email_verified]
 * @property {boolean} [is_anonymous]
 * @property {boolean} [is_restricted]
 * @property {string} [refresh_token_id] The session.
 * @property {number} [iat] Seconds since 1970.
 * @property {number} [exp] Seconds since 1970.
 */

/**
 * @param {string} token
 * @returns {Claims | undefined} Undefined if it is not a token.
 */
export function readClaims(token) {
  try {
    const payload = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** @param {Claims} claims */
export function describe({ name, email, email_verified, is_anonymous, is_restricted }) {
  const kind = is_anonymous ? 'anonymous' : is_restricted ? 'restricted' : undefined;
  const unverified = email && !email_verified ? 'not verified' : undefined;
  return [name, email, unverified, kind].filter(Boolean).join(' · ');
}

/**
 * @param {number} seconds
 * @returns {string} Minutes and seconds, with hours if there are any.
 */
export function clockOf(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, index) => (index ? String(part).padStart(2, '0') : part)).join(':');
}
