import { setTimeout } from 'node:timers/promises';

/**
 * Looks again and again until it sees something, and gives that. For what no gate can hold: another process, a socket
 * that closes. Rejects after ten seconds, naming `what`.
 */
export async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await setTimeout(10)) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
  }
  throw new Error(`Not seen within ten seconds: ${what}`);
}
