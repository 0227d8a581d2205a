/** Seconds that a request needs at most; the provider's SDK reckons with as many. */
const LEEWAY = 20;

/** Whether an access token ends before a request would be through. Decoded, not verified: that is the server's part. */
export function endsSoon(token: string): boolean {
  const payload = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
  const { exp } = JSON.parse(atob(payload)) as { readonly exp: number };
  return exp - Date.now() / 1000 < LEEWAY;
}
