// The pace of bodies in tiny chunks. Node calls back for each chunk, and 64 KB that it reads at once may hold 10,900 of them, some 40 ms;
// with many such connections one turn of the event loop took seconds, and calls to the provider need several turns.
import type { Socket } from 'node:net';

/** Chunks of a body that are read without a pause. A body of 1 MB that a client sends as one text arrives in some twenty. */
const FREE_CHUNKS = 256;

/** What is paced: a body that counts its chunks. */
export interface ChunkedBody {
  readonly socket: Socket;
  chunks: number;
}

/** Lets one connection a turn send on, of those whose bodies come in tiny chunks. */
export class ChunkPace {
  /** Those that were read in this turn, and those that wait. */
  #read: ChunkedBody[] = [];
  readonly #waiting: ChunkedBody[] = [];

  /** Notes that a chunk has arrived. */
  note(body: ChunkedBody): void {
    body.chunks += 1;
    if (body.chunks !== FREE_CHUNKS) return;
    if (this.#read.length + this.#waiting.length === 0) this.#nextTurn();
    this.#read.push(body);
  }

  #nextTurn(): void {
    // After Node has asked the socket for more, which it does in the next tick: that would end the pause.
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    for (const body of this.#read) {
      body.socket.pause();
      this.#waiting.push(body);
    }
    this.#read = [];
    const next = this.#waiting.shift();
    if (!next) return;
    next.chunks = 0;
    next.socket.resume();
    if (this.#waiting.length > 0) this.#nextTurn();
  }
}
