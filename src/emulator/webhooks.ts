// Webhooks of a project: signed and sent as the provider does, but once (identity contract 3).
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { WebhookType } from '../core/webhook-types.ts';

/** An event. Without `status`, `error` and `isHeldBack` it was sent and has not been answered; times are milliseconds. */
export interface WebhookDelivery {
  readonly id: string;
  readonly type: WebhookType;
  readonly url: string;
  readonly sentAt: number;
  readonly status?: number;
  /** Why there is no answer. */
  readonly error?: string;
  /** It was not sent, because webhooks were off. */
  readonly isHeldBack?: true;
}

/** Where events are sent. `onFailure` is given each that was not answered with a 2xx status. */
export interface WebhookTarget {
  readonly url: string;
  readonly onFailure?: ((delivery: WebhookDelivery) => void) | undefined;
}

/** The webhooks of one project. */
export interface Webhooks {
  /** Such as `whsec_…`. */
  readonly secret: string;
  /** Nothing is sent before, nor to `undefined`. */
  sendTo(target: WebhookTarget | undefined): void;
  /** Switches them off and on; what happens in between is told by `sendAgain` alone. */
  switch(isOn: boolean): void;
  isOn(): boolean;
  /** Sends an event, and does not wait for its answer. Nothing is sent a second time. */
  send(type: WebhookType, data: object): void;
  /** Sends an event also where they are off. False without a target. */
  sendTest(type: WebhookType, data: object): boolean;
  /** Sends the latest event once more, with its id; also one that was held back. False when there is none, or no target. */
  sendAgain(): boolean;
  /** The latest thousand, the oldest first. */
  deliveries(): readonly WebhookDelivery[];
  /** Ends the deliveries that are running. */
  stop(): void;
}

/** What is sent: `body` is JSON. */
interface WebhookEvent {
  readonly id: string;
  readonly type: WebhookType;
  readonly body: string;
}

const MAX_DELIVERIES = 1_000;

/** Milliseconds for an answer, as at the provider. */
const TIMEOUT = 15_000;

/** Creates webhooks that are signed with these bytes. */
export function createWebhooks(now: () => number, key: Buffer): Webhooks {
  const secret = `whsec_${key.toString('base64')}`;
  const signer = new Webhook(secret);
  const stopped = new AbortController();
  let target: WebhookTarget | undefined;
  let isOn = true;
  let latest: WebhookEvent | undefined;
  let deliveries: readonly WebhookDelivery[] = [];

  const record = (delivery: WebhookDelivery): void => {
    deliveries = [...deliveries.slice(1 - MAX_DELIVERIES), delivery];
  };
  const begin = ({ id, type }: WebhookEvent, { url }: WebhookTarget): WebhookDelivery => ({
    id,
    type,
    url,
    sentAt: now(),
  });
  const next = (type: WebhookType, data: object): WebhookEvent => {
    latest = { id: `msg_${randomUUID()}`, type, body: JSON.stringify({ type, data }) };
    return latest;
  };

  async function deliver(event: WebhookEvent, to: WebhookTarget): Promise<void> {
    const sent = begin(event, to);
    const { body } = event;
    record(sent);
    const sentAt = new Date(sent.sentAt);
    const result = await post(to.url, {
      headers: {
        'content-type': 'application/json',
        'svix-id': sent.id,
        'svix-timestamp': String(Math.floor(sent.sentAt / 1000)),
        'svix-signature': signer.sign(sent.id, sentAt, body),
      },
      body,
      signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(TIMEOUT)]),
    });
    const delivery = { ...sent, ...result };
    deliveries = deliveries.map((each) => (each === sent ? delivery : each));
    const isTaken = result.status !== undefined && result.status >= 200 && result.status < 300;
    if (!isTaken && !stopped.signal.aborted) to.onFailure?.(delivery);
  }

  return {
    secret,
    sendTo(next) {
      target = next;
    },
    switch(next) {
      isOn = next;
    },
    isOn: () => isOn,
    send(type, data) {
      if (!target) return;
      const event = next(type, data);
      if (isOn) void deliver(event, target);
      else record({ ...begin(event, target), isHeldBack: true });
    },
    sendTest(type, data) {
      if (target) void deliver(next(type, data), target);
      return target !== undefined;
    },
    sendAgain() {
      if (!target || !latest) return false;
      void deliver(latest, target);
      return true;
    },
    deliveries: () => deliveries,
    stop: () => stopped.abort(),
  };
}

/** What came of a delivery, for people. */
export function describeFailure({ type, url, status, error }: WebhookDelivery): string {
  return `The webhook ${type} was not taken by ${url}: ${error ?? status}`;
}

async function post(url: string, init: RequestInit): Promise<Pick<WebhookDelivery, 'status' | 'error'>> {
  try {
    const answer = await fetch(url, { ...init, method: 'POST', redirect: 'manual' });
    await answer.arrayBuffer();
    return { status: answer.status };
  } catch (error) {
    return { error: causeOf(error) };
  }
}

/** `fetch` itself says no more than that it failed. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message;
}
