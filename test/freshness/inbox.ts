// The events that the emulator sends: they are kept until a step delivers them, to any replica, in any order, or never.
import { Webhook } from 'standardwebhooks';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { startHttpServer } from '../support/http-server.ts';

/** An event, and how often it was delivered. */
export interface HeldEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Receives all events of an emulator. Use it with `await using`. */
export interface Inbox extends AsyncDisposable {
  /** The events of the changes since the last call. */
  take(): Promise<readonly HeldEvent[]>;
  /** A request that delivers the event; it is signed now. */
  requestOf(event: HeldEvent): RequestInit;
}

/** Opens the inbox. */
export async function openInbox({ control, webhookSecret }: Emulator): Promise<Inbox> {
  const received = new Map<string, HeldEvent>();
  const server = await startHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = String(Buffer.concat(chunks));
      const id = String(request.headers['svix-id']);
      received.set(id, { id, body, ...JSON.parse(body) });
      response.writeHead(204).end();
    });
  });
  const taken = new Set<string>();
  const signer = new Webhook(webhookSecret);
  control.sendWebhooksTo(`${server.url}/`);
  return {
    async take() {
      const sent = control.webhooks().filter(({ id }) => !taken.has(id));
      for (const { id } of sent) taken.add(id);
      while (!sent.every(({ id }) => received.has(id)))
        await new Promise((resolve) => setTimeout(resolve, 1));
      const events = sent.flatMap(({ id }) => received.get(id) ?? []);
      for (const { id } of sent) received.delete(id);
      return events;
    },
    requestOf({ id, body }) {
      const now = new Date();
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': signer.sign(id, now, body),
      };
      return { method: 'POST', headers, body };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
