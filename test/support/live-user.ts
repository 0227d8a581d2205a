// Streams of `meChanged`, read event by event, and the webhooks that make them.
import { expect } from 'vitest';
import type { ChangeSource, IdentityChange } from '../../src/provider/cache/identity-change.ts';
import { lookUnderBun } from './bun/looks.ts';
import { fetchInProcess } from './in-process.ts';
import { SECRET, signedWebhook } from './signed-webhook.ts';
import { type GraphQLBody, startTestServer, type TestServerOptions } from './test-server.ts';

/** An open stream. */
export interface LiveStream {
  readonly response: Response;
  /** The next event, or `complete`. */
  next(): Promise<GraphQLBody | 'complete'>;
  /** Resolves with the next comment, by which nothing is said. */
  heartbeat(): Promise<void>;
  close(): Promise<void>;
}

/** How a stream is opened. */
export interface OpenOptions {
  readonly token?: string | undefined;
  readonly accept?: string;
  /** Within the process, where the reader decides how much is taken from the server. */
  readonly inProcess?: boolean;
}

/** Starts a server that receives webhooks, with streams of its people. Use it with `await using`. */
export async function startLive(options: TestServerOptions = {}) {
  const test = await startTestServer({ ...options, env: { STACK_WEBHOOK_SECRET: SECRET, ...options.env } });
  const { ask } = test;
  const inProcess = fetchInProcess(test);
  const { control, people, teams } = test.emulator;
  const { ada, grace, guest } = people;
  const mint = (userId: string, expiresIn = 600) => control.mintToken({ userId, expiresIn });
  const tokens = {
    ada: await mint(ada.id),
    grace: await mint(grace.id),
    guest: await mint(guest.id),
  };
  let executed = 0;
  test.services.events.subscribe(({ kind }) => {
    if (kind === 'stream-event') executed += 1;
  });
  return Object.assign(test, {
    control,
    teams,
    mint,
    ids: { ada: ada.id, grace: grace.id, guest: guest.id },
    tokens,
    /** Events of all streams that were executed. */
    executed() {
      lookUnderBun();
      return executed;
    },
    followed: () => test.services.userChanges.followed,
    /** Subscribes to fields of `meChanged`, as Ada unless it is said otherwise. */
    async open(
      selection: string,
      { token = tokens.ada, accept = 'text/event-stream', inProcess: isInProcess }: OpenOptions = {},
    ) {
      const send = isInProcess ? inProcess : fetch;
      const response = await send(`${isInProcess ? 'http://localhost' : test.url}/graphql`, {
        method: 'POST',
        headers: {
          accept,
          'content-type': 'application/json',
          ...(token && { 'x-stack-access-token': token }),
        },
        body: JSON.stringify({
          query: `subscription Live { meChanged { ${selection} } }`,
        }),
      });
      return readStream(response);
    },
    /** Receives an event of the provider. */
    async webhook(type: string, data: Readonly<Record<string, string>>) {
      const { status } = await test.fetch('/webhooks', signedWebhook({ type, data }));
      expect(status).toBe(204);
    },
    change: (change: IdentityChange, source: ChangeSource) => test.services.reads.copies.drop(change, source),
    /** Changes Ada's name at the provider, which sends no webhook. */
    rename: (displayName: string) => control.updateUser(ada.id, { displayName }),
    ask: (query: string, token = tokens.ada) => ask(query, { token }),
  });
}

/** Reads the events of a response. */
export function readStream(response: Response): LiveStream {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error(`There is no body: ${response.status}`);
  let text = '';
  const message = async () => {
    while (!text.includes('\n\n')) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`The stream has ended: ${text}`);
      text += value;
    }
    const end = text.indexOf('\n\n');
    const first = text.slice(0, end);
    text = text.slice(end + 2);
    return first;
  };
  return {
    response,
    async next() {
      for (;;) {
        const text = await message();
        if (text.startsWith('event: complete')) return 'complete';
        const [, data] = /^data: (.+)$/m.exec(text) ?? [];
        if (data !== undefined) return JSON.parse(data);
      }
    },
    async heartbeat() {
      while ((await message()) !== ':');
    },
    close: () => reader.cancel(),
  };
}

/** The user of an event. */
export function userOf(event: GraphQLBody | 'complete') {
  return event === 'complete' ? event : event.data?.meChanged;
}
