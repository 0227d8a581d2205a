/** One function for each server under Bun, which takes over what that has done. Requests that bypass a server's own `fetch` call all. */
export const LOOKS_UNDER_BUN = new Set<() => void>();
