// Subscriptions by graphql-sse that go on until they are stopped: over a renewed token, a restarted server and a lost network.
import type { FormattedExecutionResult } from 'graphql';
import { createClient, NetworkError, type RequestParams, type Sink } from 'graphql-sse';
import { type ClientOptions, isTokenRefused, TOKEN_HEADER } from './session.ts';

/** Subscribes to a document. Returns a function that stops. */
export type Subscribe = <Data>(
  request: RequestParams,
  sink: Sink<FormattedExecutionResult<Data>>,
) => () => void;

/** Creates a function that subscribes. After an interruption the server sends the current state first: nothing is missed. */
export function createSubscribe(options: ClientOptions): Subscribe {
  return (request, sink) => {
    // Results have the type that the caller gives to the document.
    const live = new LiveSubscription(options, request, sink as Sink<FormattedExecutionResult>);
    return () => live.stop();
  };
}

/** What stands for the response of a server that does not answer. */
const NO_RESPONSE = { status: 503, headers: undefined };

class LiveSubscription {
  readonly #options: ClientOptions;
  readonly #request: RequestParams;
  readonly #sink: Sink<FormattedExecutionResult>;
  #close = (): void => {};
  #hasStopped = false;
  /** Refused tokens and lost connections since the last event. */
  #refusals = 0;
  #losses = 0;

  constructor(options: ClientOptions, request: RequestParams, sink: Sink<FormattedExecutionResult>) {
    this.#options = options;
    this.#request = request;
    this.#sink = sink;
    void this.#open();
  }

  stop(): void {
    this.#hasStopped = true;
    this.#close();
  }

  async #open(): Promise<void> {
    try {
      const token = await this.#options.session.token();
      if (this.#hasStopped) return;
      this.#connect(token);
    } catch {
      // The provider cannot be reached.
      this.#openLater();
    }
  }

  #connect(token: string | null): void {
    const headers: Record<string, string> = token === null ? {} : { [TOKEN_HEADER]: token };
    const { url, fetch } = this.#options;
    const client = createClient({ url, headers, retryAttempts: 0, ...(fetch && { fetchFn: fetch }) });
    let last: FormattedExecutionResult | undefined;
    this.#close = client.subscribe(this.#request, {
      next: (event) => {
        const result = event as FormattedExecutionResult;
        // An error without data says why the server ends the stream. Links of the client must not see it: they would renew too.
        if (result.errors && result.data === undefined) last = result;
        else this.#show(result);
      },
      complete: () => this.#onEnd(token, last),
      error: (error) => this.#onFailure(token, error),
    });
  }

  #show(result: FormattedExecutionResult): void {
    this.#refusals = 0;
    this.#losses = 0;
    if (!this.#hasStopped) this.#sink.next(result);
  }

  #onEnd(token: string | null, last: FormattedExecutionResult | undefined): void {
    if (this.#hasStopped) return;
    const retryAfter = last?.errors?.[0]?.extensions?.['retryAfter'];
    if (isTokenRefused(last?.errors)) void this.#renew(token, () => this.#end(last));
    else if (typeof retryAfter === 'number') this.#openLater(retryAfter);
    else this.#end(last);
  }

  #onFailure(token: string | null, failure: unknown): void {
    if (this.#hasStopped) return;
    const isOfNetwork = failure instanceof NetworkError;
    const { status, headers } = (isOfNetwork && (failure.response as Response | undefined)) || NO_RESPONSE;
    if (status === 401) void this.#renew(token, () => this.#sink.error(failure));
    // Too many subscriptions, or a server that restarts, or none that answers.
    else if (isOfNetwork && (status === 429 || status >= 500))
      this.#openLater(Number(headers?.get('retry-after')) || undefined);
    else this.#sink.error(failure);
  }

  /** Once: a new token that is refused as well would be renewed for ever. */
  async #renew(refused: string | null, giveUp: () => void): Promise<void> {
    this.#refusals += 1;
    if (this.#refusals > 1 || refused === null) return giveUp();
    try {
      const token = await this.#options.session.renew(refused);
      if (this.#hasStopped) return;
      // A subscription that was sent with a token is not repeated without one.
      if (token === null) giveUp();
      else this.#connect(token);
    } catch {
      this.#refusals = 0;
      this.#openLater();
    }
  }

  /** In so many seconds. Without them it waits twice as long each time, half a minute at most, and not all pages equally long. */
  #openLater(seconds = Math.min(2 ** this.#losses, 30) * (0.75 + Math.random() / 2)): void {
    this.#losses += 1;
    const timer = setTimeout(() => void this.#open(), seconds * 1000);
    this.#close = () => clearTimeout(timer);
  }

  #end(last: FormattedExecutionResult | undefined): void {
    if (last) this.#sink.next(last);
    this.#sink.complete();
  }
}
