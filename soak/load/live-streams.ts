// Streams of `meChanged` beside the load: each shows its own user, and what a replica was told soon after.
import { setMaxListeners } from 'node:events';
import { readStream, userOf } from '../../test/support/live-user.ts';
import type { ProviderHistory } from '../provider/provider-history.ts';
import { toldTo } from '../verdict/judge.ts';
import type { Tally } from '../verdict/tally.ts';
import type { People, Person } from './people.ts';
import type { Random } from './random.ts';

/** Whose streams, and where. */
export interface LiveStreamsOptions {
  readonly urls: readonly string[];
  readonly people: People;
  readonly random: Random;
  readonly history: ProviderHistory;
  readonly tally: Tally;
  readonly count: number;
}

/** Milliseconds after which a stream must show what its replica was told. */
const SHOWN_WITHIN = 3_000;

/** Milliseconds between two looks at a stream. */
const LOOK_EVERY = 500;

/** Milliseconds for which a stream is kept at most. */
const LONGEST = 30_000;

/** What has come of them. */
export interface LiveStreams {
  readonly counts: { opened: number; events: number };
  /** Resolves when all have ended, after the signal. */
  readonly done: Promise<unknown>;
}

/** Keeps so many streams open until the signal aborts. */
export function keepLiveStreams(options: LiveStreamsOptions, signal: AbortSignal): LiveStreams {
  const counts = { opened: 0, events: 0 };
  setMaxListeners(0, signal);
  const one = async () => {
    while (!signal.aborted) {
      await follow(options, { counts, signal }).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  };
  return { counts, done: Promise.all(Array.from({ length: options.count }, one)) };
}

async function follow(
  { urls, people, random, history, tally }: LiveStreamsOptions,
  { counts, signal }: { readonly counts: LiveStreams['counts']; readonly signal: AbortSignal },
): Promise<void> {
  const person = people.pickOther();
  const { token } = await people.sessionOf(person);
  const replica = Math.floor(random.between(0, urls.length));
  const left = new AbortController();
  const leave = () => left.abort();
  const timer = setTimeout(leave, random.between(LONGEST / 3, LONGEST));
  signal.addEventListener('abort', leave, { once: true });
  const response = await fetch(`${urls[replica]}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      'x-forwarded-for': person.address,
      'x-stack-access-token': token,
    },
    body: JSON.stringify({ query: 'subscription { meChanged { id displayName } }' }),
    signal: left.signal,
  });
  if (response.status !== 200 || !response.body) return void (await response.arrayBuffer());
  counts.opened += 1;
  const stream = readStream(response);
  let shown = 0;
  const look = setInterval(() => {
    const wrong = shown === 0 ? undefined : isLate(person, { shown, replica, history });
    if (wrong !== undefined) tally.violate(`a stream: ${wrong}`);
  }, LOOK_EVERY);
  try {
    for (let event = await stream.next(); event !== 'complete'; event = await stream.next()) {
      counts.events += 1;
      const user = userOf(event);
      if (user?.id !== undefined && user.id !== person.id)
        tally.violate(`a stream: another user: ${user.id} for ${person.id}`);
      const [mark, version] = String(user?.displayName ?? `${person.mark} v0`).split(' v');
      if (mark !== person.mark) tally.violate(`a stream: another user's name: ${mark} for ${person.mark}`);
      // An event with an error shows no name: then the next one is waited for.
      shown = Number(version);
    }
  } finally {
    clearInterval(look);
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}

/** A stream of a time of trouble is not judged: its last event may have been an error. */
function isLate(
  person: Person,
  {
    shown,
    replica,
    history,
  }: { readonly shown: number; readonly replica: number; readonly history: ProviderHistory },
): string | undefined {
  const to = Date.now();
  const from = to - SHOWN_WITHIN;
  const told = toldTo(history, { person, span: { from, to }, replica });
  if (!told || told.isDeleted || told.version <= shown) return undefined;
  if (history.during({ from: told.at - SHOWN_WITHIN, to }, person.id).length > 0) return undefined;
  return `${person.mark} v${shown}, though replica ${told.replica} was told of v${told.version} ${to - told.at} ms ago`;
}
