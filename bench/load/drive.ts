// Many connections at once, each sending its next request when it has the answer to the last.
import { type Connection, openConnection } from './connection.ts';

/** A request as bytes, and whose token it carries. */
export interface Entry {
  readonly bytes: Buffer;
  /** The user's index in the world. */
  readonly user: number;
}

/** An answer on its way into the statistics. `body` is only good until the function returns. */
export interface Answered {
  readonly entry: Entry;
  readonly status: number;
  readonly body: Buffer;
  /** As `performance.now()` has it. */
  readonly sentAt: number;
}

/** `next` gives what is to be sent, or `undefined` when that was all. */
export interface DriveOptions {
  readonly port: number;
  readonly connections: number;
  readonly next: () => Entry | undefined;
  readonly onAnswer: (answered: Answered) => void;
  /** Milliseconds after which it is given up. */
  readonly patience: number;
}

/** Broken connections beyond which a server counts as unfit. */
const MAX_BROKEN = 100;

/** Drives a server until there is nothing more to send. Resolves with how many requests got no answer at all. */
export async function drive(options: DriveOptions): Promise<number> {
  const { port, next, onAnswer, patience } = options;
  const open = new Set<Connection>();
  let broken = 0;
  let isOver = false;

  async function runOne(): Promise<void> {
    while (!isOver) {
      const wasBroken = await new Promise<boolean>((resolve, reject) => {
        let entry: Entry | undefined;
        let sentAt = 0;
        let connection: Connection | undefined;
        const sendNext = () => {
          entry = isOver ? undefined : next();
          if (entry === undefined) {
            connection?.close();
            resolve(false);
            return;
          }
          sentAt = performance.now();
          connection?.send(entry.bytes);
        };
        openConnection({
          port,
          onAnswer: (status, body) => {
            try {
              if (entry) onAnswer({ entry, status, body, sentAt });
              sendNext();
            } catch (error) {
              reject(error);
            }
          },
          onBroken: (isDue) => {
            if (isDue) broken += 1;
            resolve(true);
          },
        }).then((opened) => {
          connection = opened;
          open.add(opened);
          sendNext();
        }, reject);
      });
      if (!wasBroken) return;
      if (broken > MAX_BROKEN) throw new Error('Its connections break');
    }
  }

  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`It stopped answering within ${patience} ms`)), patience);
  });
  try {
    await Promise.race([Promise.all(Array.from({ length: options.connections }, runOne)), late]);
    return broken;
  } finally {
    isOver = true;
    clearTimeout(timer);
    for (const connection of open) connection.close();
  }
}
