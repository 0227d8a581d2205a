import { setTimeout } from 'node:timers/promises';

/**
 * Repeats `look` until it returns something, and returns that. For states without an event, such as those of
 * another process. Rejects after ten seconds, naming `what`.
 */
export async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await setTimeout(10)) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
  }
  throw new Error(`Not within ten seconds: ${what}`);
}
