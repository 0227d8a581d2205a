/** The longest time in seconds that a request may take; the provider's SDK uses the same value. */
const LEEWAY = 20;

/** Whether an access token may expire during a request. The token is decoded, not verified: that is the server's task. */
export function endsSoon(token: string): boolean {
  const payload = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
  const { exp } = JSON.parse(atob(payload)) as { readonly exp: number };
  return exp - Date.now() / 1000 < LEEWAY;
}
