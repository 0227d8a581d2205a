// The bytes of a body as they arrive. A chunk of one byte takes 400 in Node, so chunks are copied; a body that comes in one
// chunk is not.

const FIRST_CAPACITY = 512;

/** A buffer that takes at most twice the memory of its bytes, once it has more than a few. */
export class GrowingBuffer {
  length = 0;
  #bytes: Buffer | undefined;

  add(chunk: Buffer): void {
    if (this.#bytes) this.#append(this.#bytes, chunk);
    else this.#bytes = chunk;
    this.length += chunk.length;
  }

  /** Its bytes, not copied. */
  bytes(): Buffer {
    const bytes = this.#bytes ?? NO_BYTES;
    return bytes.length === this.length ? bytes : bytes.subarray(0, this.length);
  }

  #append(bytes: Buffer, chunk: Buffer): void {
    const needed = this.length + chunk.length;
    if (bytes.length < needed) {
      // Not from Node's pool: a body that lasts would keep all of it.
      const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_CAPACITY, needed, 2 * this.length));
      bytes.copy(larger, 0, 0, this.length);
      this.#bytes = larger;
    }
    chunk.copy(this.#bytes ?? bytes, this.length);
  }
}

const NO_BYTES = Buffer.alloc(0);
