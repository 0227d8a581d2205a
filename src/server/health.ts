// `/health`: the process runs. `/ready`: it should be given requests, though something may be degraded.
import type { Health } from '../process/health.ts';

/** What is answered on either path, without a token and however busy the server is. */
export function healthAnswer(
  path: string,
  health: Health,
): { readonly body: object; readonly status: 200 | 503 } {
  if (path === '/health') return { body: { status: 'alive' }, status: 200 };
  const { status, degraded } = health.readiness();
  return { body: { status, degraded }, status: status === 'ready' ? 200 : 503 };
}
