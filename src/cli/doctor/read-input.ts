// Reads the token from standard input.
import type { Readable } from 'node:stream';

/** Longest input that is read, in characters. No header with a token is longer. */
const MAX_INPUT = 65_536;
/** Milliseconds to wait for the end of the input: some process managers leave it open and never write. */
const MAX_WAIT = 10_000;

/** Reads to the end, for at most `wait` milliseconds. Returns an empty string at a terminal, without waiting. */
export async function readInput(
  stdin: Readable & { readonly isTTY?: boolean },
  wait = MAX_WAIT,
): Promise<string> {
  if (stdin.isTTY) return '';
  let text = '';
  const timer = setTimeout(() => stdin.destroy(), wait);
  try {
    for await (const chunk of stdin) {
      text += String(chunk);
      if (text.length > MAX_INPUT) break;
    }
  } catch {
    return text; // The time is over.
  } finally {
    clearTimeout(timer);
  }
  return text;
}
