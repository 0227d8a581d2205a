// Standard input, as far as somebody gives one.
import type { Readable } from 'node:stream';

/** Characters beyond which nothing is a token, in any carrier. */
const MAX_INPUT = 65_536;
/** Milliseconds to wait for input: some who start programs leave it open and never write. */
const MAX_WAIT = 10_000;

/** Reads to the end, and gives it up after ten seconds. At a terminal nobody is waited for. */
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
    return text; // It was given up.
  } finally {
    clearTimeout(timer);
  }
  return text;
}
