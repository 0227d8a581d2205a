// Pasted text, and the request header that it stands for.
import type { HeaderReader } from '../../auth/carriers.ts';

/** The text without surrounding white space, and the header that it stands for. */
export interface Pasted {
  readonly text: string;
  /** The header's value. */
  readonly value: string;
  readonly header: HeaderReader;
}

const HEADER_LINE =
  /^(x-stack-access-token|x-hexclave-access-token|x-stack-auth|authorization)\s*:\s*(.*)$/is;

/** Reads a token, a complete header, `Bearer …`, or JSON of the provider's SDK. Returns `undefined` for no text. */
export function readPasted(input: string): Pasted | undefined {
  const text = input.trim();
  if (text === '') return undefined;
  const [, name, rest] = HEADER_LINE.exec(text) ?? [];
  if (name !== undefined) return carried({ text, carrier: name.toLowerCase(), value: rest ?? '' });
  if (/^bearer\s/i.test(text)) return carried({ text, carrier: 'authorization', value: text });
  if (/^(stackauth|hexclave)_/.test(text))
    return carried({ text, carrier: 'authorization', value: `Bearer ${text}` });
  if (text.startsWith('{')) return carried({ text, carrier: 'x-stack-auth', value: text });
  return carried({ text, carrier: 'x-stack-access-token', value: text });
}

function carried({ text, carrier, value }: { text: string; carrier: string; value: string }): Pasted {
  return { text, value, header: (name) => (name === carrier ? value : undefined) };
}
