// The app's handlers of webhooks.
import type { WebhookEvent } from '../provider/webhook.ts';
import type { AppTypes, Part } from '../request/app-types.ts';

/**
 * What a handler gets besides its event. `signal` aborts when its time is over.
 *
 * @example const forget = async ({ data }: WebhookEvent, { sources }: WebhookContext<AppTypes>) => sources.notes.deleteAllOf(data);
 */
export interface WebhookContext<T extends AppTypes = AppTypes> {
  readonly sources: Part<T, 'Sources'>;
  readonly signal: AbortSignal;
}

/**
 * A handler of one type of event. The provider sends an event again, up to hours later, where the handler fails or takes too long:
 * a second run of the same event must do no harm.
 */
type WebhookHandler<T extends AppTypes> = (
  event: WebhookEvent,
  context: WebhookContext<T>,
) => void | Promise<void>;

/** Handlers by the type of their event, such as `user.deleted`. */
export type WebhookHandlers<T extends AppTypes = AppTypes> = Readonly<Record<string, WebhookHandler<T>>>;

/** What a handler is run with. `timeout` is in milliseconds. */
export interface HandlerRun {
  readonly event: WebhookEvent;
  readonly sources: object;
  readonly timeout: number;
}

/** Runs a handler. Rejects with what it throws, or where it takes longer than `timeout`. */
export async function runHandler(
  handler: WebhookHandler<AppTypes>,
  { event, sources, timeout }: HandlerRun,
): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  let timer: NodeJS.Timeout | undefined;
  const timeOver = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`The handler took longer than ${timeout} ms`);
      controller.abort(error);
      reject(error);
    }, timeout);
  });
  try {
    await Promise.race([handler(event, { sources, signal }), timeOver]);
  } finally {
    clearTimeout(timer);
  }
}
