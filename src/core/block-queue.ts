// A queue of blocks of lines, bounded in bytes and written one after the other. Blocks that do not fit are dropped and counted.

/** Where blocks are written. `write` must return at once, and call `done` later. */
export interface Sink {
  write(bytes: Buffer, done: (error: Error | null | undefined, written: number) => void): void;
  /** Writes without waiting for anything, for a process that is exiting. Throws where it cannot. */
  writeNow(bytes: Buffer): void;
  /** Whether a failed write is worth repeating: a full disk may be cleared, a closed pipe stays closed. */
  readonly canRecover: boolean;
  /** Whether the process cannot exit before a write has returned. */
  readonly delaysExit: boolean;
}

/** Lines that are written together. */
interface Block {
  readonly bytes: Buffer;
  readonly lines: number;
}

/** Bytes that are kept while the sink is slow or fails: about a second of a busy log. */
export const MAX_QUEUED_BYTES = 4 * 1024 * 1024;

/** Milliseconds until a failed write is repeated. */
const RETRY_PAUSE = 250;

/** Milliseconds for the write that is running when the time to write is over. */
const LAST_WRITE_TIMEOUT = 250;

/** The queue of one sink. */
export class BlockQueue {
  /** Lines that were dropped since the start. */
  dropped = 0;
  /** Called with the number of dropped lines once everything that was queued has been written. */
  onRecovered: (lines: number) => void = () => {};
  readonly #sink: Sink;
  readonly #maxBytes: number;
  readonly #blocks: Block[] = [];
  #onEmpty = () => {};
  #onWritten = () => {};
  #bytes = 0;
  #reported = 0;
  #isWriting = false;
  #isGivenUp = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(sink: Sink, maxBytes = MAX_QUEUED_BYTES) {
    this.#sink = sink;
    this.#maxBytes = maxBytes;
  }

  /** Whether a write is running that the process would wait for when it exits. */
  get delaysExit(): boolean {
    return this.#isWriting && this.#sink.delaysExit;
  }

  /** Adds a block, or drops it where the queue is full. */
  add(text: string, lines: number): void {
    const bytes = Buffer.from(text);
    if (this.#bytes + bytes.length > this.#maxBytes) {
      this.dropped += lines;
      return;
    }
    this.#blocks.push({ bytes, lines });
    this.#bytes += bytes.length;
    this.#writeNext();
  }

  /**
   * Resolves once the queue is empty, or after `timeout` milliseconds. Then nothing more is written, and a write that is running has
   * a moment to return: it may have failed and been repeated just now.
   */
  async drained(timeout: number): Promise<void> {
    if (this.#blocks.length > 0) await within(timeout, (resolve) => (this.#onEmpty = resolve));
    if (this.#blocks.length === 0) return;
    this.#isGivenUp = true;
    if (this.#isWriting) await within(LAST_WRITE_TIMEOUT, (resolve) => (this.#onWritten = resolve));
  }

  /** Writes what is queued without waiting, unless a write is running or has just failed: the process is exiting. */
  writeNow(): void {
    if (this.#isWriting || this.#retry) return;
    try {
      for (const { bytes } of this.#blocks.splice(0)) this.#sink.writeNow(bytes);
    } catch {
      // The lines are lost: there is no time left to write them.
    }
  }

  #writeNext(): void {
    const [block] = this.#blocks;
    if (!block || this.#isWriting || this.#retry || this.#isGivenUp) return;
    this.#isWriting = true;
    this.#sink.write(block.bytes, (error, written) => {
      this.#isWriting = false;
      if (!error) this.#advance(block, written);
      else if (this.#sink.canRecover) this.#retryLater();
      else this.#remove(block, true);
      if (this.#blocks.length === 0) this.#settle(!error);
      this.#onWritten();
      this.#writeNext();
    });
  }

  /** A write may end after a part of the block. */
  #advance(block: Block, written: number): void {
    if (written >= block.bytes.length) {
      this.#remove(block, false);
      return;
    }
    this.#bytes -= written;
    this.#blocks[0] = { bytes: block.bytes.subarray(written), lines: block.lines };
  }

  #remove({ bytes, lines }: Block, isDropped: boolean): void {
    this.#blocks.shift();
    this.#bytes -= bytes.length;
    if (isDropped) this.dropped += lines;
  }

  #retryLater(): void {
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#writeNext();
    }, RETRY_PAUSE).unref();
  }

  /** Reports dropped lines only when the queue is empty: a reader that is always too slow would get a report per block. */
  #settle(isWorking: boolean): void {
    const lines = this.dropped - this.#reported;
    if (isWorking && lines > 0) {
      this.#reported = this.dropped;
      this.onRecovered(lines);
    }
    if (this.#blocks.length === 0) this.#onEmpty();
  }
}

/** Resolves when `start`'s function is called, or after `timeout` milliseconds. */
async function within(timeout: number, start: (resolve: () => void) => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    start(resolve);
    timer = setTimeout(resolve, timeout);
  });
  clearTimeout(timer);
}
