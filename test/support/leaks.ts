/** What must not come out: words that are looked for as they are, and tokens of which no long part may be seen. */
export interface Secrets {
  readonly words: readonly string[];
  readonly tokens: readonly string[];
}

/** So many characters of a token tell nobody anything; one more is a leak. */
const HARMLESS = 12;

/**
 * Every secret of which something stands in the output, by name or by what was found of it. Throws where there is
 * nothing to look for or nothing to look at: a check that saw nothing proves nothing.
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
