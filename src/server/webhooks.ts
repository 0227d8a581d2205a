// The provider's events at `/webhooks`: each drops the copies that it names, and is given to the app's handler of its type.
import { handleMaybePromise, type MaybePromise } from '@whatwg-node/promise-helpers';
import { LRUCache } from 'lru-cache';
import { AppError } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import type { Logger } from '../core/logger.ts';
import { removeFrom } from '../core/remove-from.ts';
import { isWebhookType } from '../core/webhook-types.ts';
import type { Exchange } from '../pipeline/exchange.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Answer } from '../pipeline/refusal.ts';
import type { Copies } from '../provider/cache/copies.ts';
import {
  createWebhookVerifier,
  readWebhookBody,
  type VerifyWebhookBody,
  type WebhookEvent,
} from '../provider/webhook.ts';
import { dropNamed } from '../provider/webhook-events.ts';
import { runHandler, type WebhookHandlers } from './webhook-handlers.ts';

/** Ids of events that are remembered, by each process. */
const MAX_IDS = 10_000;

/**
 * Receives an event whose body has been read, in either adapter. Throws and rejects with `AppError`: `BAD_REQUEST` without a good
 * signature, `INTERNAL_SERVER_ERROR` where the handler of the app failed.
 */
export type ReceiveWebhook = (exchange: Exchange, body: Buffer) => MaybePromise<Answer>;

/** What events are received with. `timeout` is that of a handler, in milliseconds. */
export interface WebhooksOptions {
  readonly secret: string;
  readonly pipeline: Pick<Pipeline, 'begin'>;
  readonly copies: Pick<Copies, 'drop'>;
  readonly handlers: WebhookHandlers | undefined;
  readonly sources: object;
  readonly timeout: number;
  readonly logger: Logger;
  readonly emit: Emit;
}

/** An event whose handler is running. */
interface Running {
  readonly id: string;
  readonly done: Promise<void>;
}

/** Creates the receiver. */
export function createWebhooks(options: WebhooksOptions): ReceiveWebhook {
  const { pipeline, copies, handlers = {}, sources, timeout, logger, emit } = options;
  const verify = createWebhookVerifier(options.secret);
  const seen = new LRUCache<string, true>({ max: MAX_IDS });
  const running: Running[] = [];

  function verified(...received: Parameters<VerifyWebhookBody>): WebhookEvent {
    try {
      return verify(...received);
    } catch (error) {
      emit({ kind: 'webhook', type: 'unknown', outcome: 'refused' });
      throw error;
    }
  }

  function receive(event: WebhookEvent): MaybePromise<void> {
    const { id, type } = event;
    const known = isWebhookType(type) ? type : 'unknown';
    const sameEvent = running.find((each) => each.id === id);
    if (sameEvent || seen.has(id)) {
      emit({ kind: 'webhook', type: known, outcome: 'repeated' });
      return sameEvent?.done;
    }
    const outcome = dropNamed(copies, event) ? 'dropped' : 'ignored';
    const handler = Object.hasOwn(handlers, type) ? handlers[type] : undefined;
    if (!handler) {
      seen.set(id, true);
      return emit({ kind: 'webhook', type: known, outcome });
    }
    const done = runHandler(handler, { event, sources, timeout }).then(
      () => {
        seen.set(id, true);
        emit({ kind: 'webhook', type: known, outcome });
      },
      (error) => {
        logger.error({ err: error, event: { id, type } }, 'The handler of a webhook failed');
        emit({ kind: 'webhook', type: known, outcome: 'failed' });
        throw handlerFailed(error);
      },
    );
    const entry = { id, done };
    running.push(entry);
    const end = () => void removeFrom(running, entry);
    done.then(end, end);
    return done;
  }

  return (exchange, body) => {
    pipeline.begin(exchange);
    const event = verified((name) => exchange.header(name), body);
    return handleMaybePromise(
      () => receive(event),
      () => RECEIVED,
    );
  };
}

/** Receives an event by `fetch`: its body is read first. */
export async function fetchedWebhook(
  receive: ReceiveWebhook,
  { exchange, request }: { readonly exchange: Exchange; readonly request: Request },
): Promise<Answer> {
  return receive(exchange, await readFetched(request));
}

const RECEIVED: Answer = { status: 204, headers: {}, body: '' };

/** The body of a request by `fetch` fails where its client disconnects. */
async function readFetched({ body }: Request): Promise<Buffer> {
  try {
    return await readWebhookBody(body ?? []);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('The body ended before it was complete', { code: 'BAD_REQUEST', cause: error });
  }
}

/** The line of the log has been written, once for all attempts that waited. */
function handlerFailed(cause: unknown): AppError {
  return new AppError('The handler of a webhook failed', {
    code: 'INTERNAL_SERVER_ERROR',
    isLogged: true,
    cause,
  });
}
