/** What must not appear in output: whole words, and tokens of which no long part may appear. */
export interface Secrets {
  readonly words: readonly string[];
  readonly tokens: readonly string[];
}

/** A part of a token of this many characters is harmless; one more is a leak. */
const HARMLESS = 12;

/**
 * Every word that the output contains, and the first leaked part of every token. Throws when there are no secrets or too
 * little output: such a check would prove nothing.
 */
export function findLeaks(output: string, { words, tokens }: Secrets): readonly string[] {
  if (words.length === 0 || tokens.length === 0 || output.length < 1_000)
    throw new Error('There is nothing to look for or nothing to look at');
  const parts = new Set(partsOf(output));
  return [
    ...words.filter((word) => output.includes(word)),
    ...tokens.flatMap((token) => partsOf(token).find((part) => parts.has(part)) ?? []),
  ];
}

function partsOf(text: string): readonly string[] {
  const length = HARMLESS + 1;
  return Array.from({ length: Math.max(text.length - length + 1, 0) }, (_, at) =>
    text.slice(at, at + length),
  );
}
