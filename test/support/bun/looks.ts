/** One function for each server under Bun, which takes over what that has done. */
export const LOOKS_UNDER_BUN = new Set<() => void>();

/** Takes over what servers under Bun have logged and emitted. For requests that are not sent by the `fetch` of a test's server. */
export function lookUnderBun(): void {
  for (const look of LOOKS_UNDER_BUN) look();
}
