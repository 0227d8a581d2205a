// Requests made in advance, as bytes: in a measured window nothing is minted, encoded or joined.
import { createMint, forge, makeGarbage } from '../world/tokens.ts';
import type { Workload } from '../world/workloads.ts';
import type { World } from '../world/world.ts';
import type { Entry } from './drive.ts';

/** Bad tokens in turn: more than any server remembers. */
const BAD_TOKENS = 20_000;

/** The requests of a run. */
export interface Requests {
  /** The workload's request by every user, with tokens that are the same all through the run. */
  seen(workload: Workload): readonly Entry[];
  /** Requests with new tokens: `count` valid ones, or a fixed number of bad ones. */
  fresh(workload: Workload, count: number): readonly Entry[];
}

/** Makes the requests of a world. Host and port are not in them: all servers are asked alike. */
export function createRequests(world: World): Requests {
  const mint = createMint(world);
  const seenTokens = world.users.map(mint);
  const toEntry = (workload: Workload, token: string, user: number): Entry => ({
    bytes: toBytes(workload, token),
    user,
  });
  const inTurn = (count: number, make: (user: number) => Entry) =>
    Array.from({ length: count }, (_, index) => make(index % world.users.length));

  return {
    seen: (workload) => seenTokens.map((token, user) => toEntry(workload, token, user)),
    fresh(workload, count) {
      switch (workload.tokens) {
        case 'garbage':
          return inTurn(BAD_TOKENS, (user) => toEntry(workload, makeGarbage(), user));
        case 'forged':
          return inTurn(BAD_TOKENS, (user) => toEntry(workload, forge(seenTokens[user] ?? ''), user));
        default:
          return inTurn(count, (user) => {
            const person = world.users[user];
            if (!person) throw new Error(`There is no user ${user}`);
            return toEntry(workload, mint(person), user);
          });
      }
    },
  };
}

/** Gives entries one by one: all of them once, or in turn without an end. */
export function takeTurns(
  entries: readonly Entry[],
  { once }: { readonly once: boolean },
): () => Entry | undefined {
  let cursor = 0;
  return () => {
    if (cursor === entries.length && !once) cursor = 0;
    const entry = entries[cursor];
    cursor += 1;
    return entry;
  };
}

function toBytes({ body, accept }: Workload, token: string): Buffer {
  const lines = [
    'POST /graphql HTTP/1.1',
    'host: localhost',
    'content-type: application/json',
    `accept: ${accept}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-stack-access-token: ${token}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
}
