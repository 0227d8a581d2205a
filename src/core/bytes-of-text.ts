// The memory of strings, for what is bounded in bytes.

/** A string's header and its padding. */
const STRING_BYTES = 16;

/** The memory of a string, in bytes: one for each character, or two where one of them is not in Latin-1. */
export function bytesOfText(text: string | undefined): number {
  if (text === undefined) return 0;
  return STRING_BYTES + text.length * (isLatin1(text) ? 1 : 2);
}

const isLatin1 = (text: string) => !/[\u0100-\uffff]/.test(text);
