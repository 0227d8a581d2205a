// The road of webhooks to the replicas: each reaches any of them, some twice, some late, some never.
import { setTimeout } from 'node:timers/promises';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { startHttpServer } from '../../test/support/http-server.ts';
import type { People } from '../load/people.ts';
import type { Random } from '../load/random.ts';

/** The road. Ends with the process. */
export interface WebhookRoad {
  /** How many events were taken, and how many were lost on purpose. */
  readonly counts: { taken: number; lost: number };
}

/** Where it leads. */
export interface WebhookRoadOptions {
  readonly emulator: Emulator;
  readonly people: People;
  readonly random: Random;
  /** Of all replicas. */
  readonly urls: readonly string[];
}

/** Shares of the events. */
const LOST = 0.03;
const TWICE = 0.1;
const LATE = 0.2;

/** Milliseconds, at most. */
const LATENESS = 800;

/** What was told of a person is remembered so often. */
const REMEMBERED = 20;

/** Opens it, and lets the emulator send its events there. */
export async function openWebhookRoad({
  emulator,
  people,
  random,
  urls,
}: WebhookRoadOptions): Promise<WebhookRoad> {
  const counts = { taken: 0, lost: 0 };

  async function deliver(headers: Record<string, string>, body: string): Promise<void> {
    const replica = Math.floor(random.between(0, urls.length));
    if (random.between(0, 1) < LATE) await setTimeout(random.between(0, LATENESS));
    const { data } = JSON.parse(body) as {
      readonly data: { readonly id?: string; readonly user_id?: string };
    };
    const person = people.all.find(({ id }) => id === data.id || id === data.user_id);
    // As the person is when the event is sent at the latest; the copies are dropped after that.
    const told = {
      replica,
      version: person?.versions.length ?? 0,
      isDeleted: person?.deletedAt !== undefined,
    };
    const answer = await fetch(`${urls[replica]}/webhooks`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    if (answer.status !== 204) return;
    counts.taken += 1;
    person?.told.push({ ...told, at: Date.now() });
    if (person && person.told.length > REMEMBERED) person.told.shift();
  }

  const server = await startHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(204).end();
      const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
      const times = random.between(0, 1) < LOST ? 0 : random.between(0, 1) < TWICE ? 2 : 1;
      if (times === 0) counts.lost += 1;
      const body = String(Buffer.concat(chunks));
      for (let time = 0; time < times; time += 1)
        deliver(headers as Record<string, string>, body).catch(() => {
          counts.lost += 1;
        });
    });
  });
  emulator.control.sendWebhooksTo(`${server.url}/`);
  return { counts };
}
