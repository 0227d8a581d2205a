// Decodes the body of a response: a gateway may compress it although `Accept-Encoding: identity` was sent.
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';

type Decode = (data: Buffer, options: Pick<ZlibOptions, 'maxOutputLength'>) => Promise<Buffer>;

const inflateZlib = promisify<Buffer, ZlibOptions, Buffer>(inflate);
const inflateBare = promisify<Buffer, ZlibOptions, Buffer>(inflateRaw);
const unzip = promisify<Buffer, ZlibOptions, Buffer>(gunzip);

/** Some servers send `deflate` without the zlib header that RFC 9110 asks for. The header's low bits are always 8. */
const decodeDeflate: Decode = (data, options) =>
  ((data[0] ?? 0) & 0x0f) === 8 ? inflateZlib(data, options) : inflateBare(data, options);

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: unzip,
  'x-gzip': unzip,
  br: promisify<Buffer, ZlibOptions, Buffer>(brotliDecompress),
  deflate: decodeDeflate,
};

/** More codings than this, one inside the other, are no honest answer. */
const MAX_CODINGS = 3;

/** The codings that were applied, in their order; empty for a body that is sent as it is. */
export function codingsOf(header: string | string[] | undefined): readonly string[] {
  if (header === undefined) return [];
  return String(header)
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
}

/** The codings of a body, and how many bytes it may have without them. */
export interface Coded {
  readonly codings: readonly string[];
  readonly max: number;
}

/** Decodes bodies one after the other: brotli may take 16 MB for each, of which the body itself shows nothing. */
export class BodyDecoder {
  readonly #maxWaiting: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** `maxWaiting` is how many bytes all bodies may have that wait, as they were sent. */
  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /** Undoes the codings. Rejects for an unknown one, for broken data, and where the body, or all that wait, are too large. */
  async decode(body: Buffer, coded: Coded): Promise<Buffer> {
    if (this.#waiting + body.length > this.#maxWaiting)
      throw new Error('Too many answers wait to be decoded');
    this.#waiting += body.length;
    const decoded = this.#last.then(() => undo(body, coded));
    this.#last = decoded.catch(() => {});
    try {
      return await decoded;
    } finally {
      this.#waiting -= body.length;
    }
  }
}

async function undo(body: Buffer, { codings, max }: Coded): Promise<Buffer> {
  if (codings.length > MAX_CODINGS) throw new Error('The answer has too many content codings');
  let decoded = body;
  for (const coding of codings.toReversed()) {
    const decode = Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined;
    if (!decode) throw new Error('The answer has a content coding that is not supported');
    // A response to HEAD or with an empty body may name a coding as well.
    if (decoded.length > 0) decoded = await decode(decoded, { maxOutputLength: max });
  }
  return decoded;
}
