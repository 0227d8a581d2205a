// The provider client: every REST call of the process, behind one breaker, one concurrency limit and one rate limit.
import type { LightAbortSignal } from '../core/abort-controller.ts';
import { CallBudget, type RefuseCall } from './call-budget.ts';
import type { Outcome } from './outcomes.ts';
import type { GuardedSend } from './resilience/guarded-send.ts';
import { startSharedCall } from './resilience/shared-call.ts';
import type { Caller, OnCall, ProviderCall } from './send.ts';
import { type SentOnce, sendOnce } from './send-once.ts';

/**
 * One call. A `signal` that aborts ends it with its reason.
 *
 * @example
 * const options: CallOptions<Plan> = {
 *   method: 'GET',
 *   path: path`/teams/${teamId}`,
 *   access: 'server',
 *   parse: (body) => planSchema.parse(body),
 * };
 */
export interface CallOptions<T> extends ProviderCall<T> {
  readonly signal?: LightAbortSignal | undefined;
}

/** What the calls of one request, or of one event of a subscription, have in common. */
export interface RequestScope {
  readonly caller?: Caller | undefined;
  readonly signal?: LightAbortSignal | undefined;
  readonly onCall?: OnCall | undefined;
  readonly refuseCall?: RefuseCall | undefined;
}

/** The client for one request. */
export interface RequestProvider {
  readonly budget: CallBudget;
  /** As `Provider.call`, with the request's signal and budget, and its caller where the call names none. */
  call<T>(options: ProviderCall<T>): Promise<Outcome<T>>;
  /** The same for a mutation, see send-once.ts. */
  sendOnce<T>(options: ProviderCall<T>): Promise<SentOnce<T>>;
}

/**
 * The provider client.
 *
 * @example sources: ({ provider }: { provider: Provider }) => ({ plans: createPlans(provider) })
 */
export interface Provider {
  /**
   * Makes a call. Trouble of the provider is an outcome. Rejects with the signal's reason where that aborts first, and with
   * `AppError` `LIMIT_EXCEEDED` or `RATE_LIMITED` where the budget has no call left. A mutation is sent at most once; where its outcome is
   * `unavailable`, it may have been executed.
   */
  call<T>(options: CallOptions<T>): Promise<Outcome<T>>;
  /** The client for one request or event, with a budget of `MAX_PROVIDER_CALLS` calls. */
  forRequest(scope: RequestScope): RequestProvider;
}

/** `timeout` is the time limit of a call with all its waits, in milliseconds. */
export interface ProviderOptions {
  readonly guardedSend: GuardedSend;
  readonly timeout: number;
  readonly maxCalls: number;
}

/** Creates the client. */
export function createProvider({ guardedSend, timeout, maxCalls }: ProviderOptions): Provider {
  async function call<T>(options: CallOptions<T>): Promise<Outcome<T>> {
    if (options.signal?.aborted) throw options.signal.reason;
    options.budget?.take();
    return startSharedCall<Outcome<T>>({
      work: (signal) => guardedSend(options, signal),
      timeout,
      onTimeout: () => ({ kind: 'unavailable', cause: new Error(`No answer within ${timeout} ms`) }),
    }).join(options.signal);
  }

  return {
    call,
    forRequest: (scope) => new ProviderOfRequest({ call }, scope, maxCalls),
  };
}

/** A class, since each request that reads something creates one, and most of them make no call by it. */
class ProviderOfRequest implements RequestProvider {
  readonly budget: CallBudget;
  readonly #provider: Pick<Provider, 'call'>;
  readonly #scope: RequestScope;

  constructor(provider: Pick<Provider, 'call'>, scope: RequestScope, maxCalls: number) {
    this.budget = new CallBudget(maxCalls, scope.refuseCall);
    this.#provider = provider;
    this.#scope = scope;
  }

  call<T>(options: ProviderCall<T>): Promise<Outcome<T>> {
    return this.#provider.call(this.#within(options));
  }

  sendOnce<T>(options: ProviderCall<T>): Promise<SentOnce<T>> {
    return sendOnce(this.#provider, this.#within(options));
  }

  #within<T>(options: ProviderCall<T>): CallOptions<T> {
    const { caller, signal, onCall } = this.#scope;
    // Object.assign, since Node 20 makes a hidden class for every literal in which something follows a spread.
    return Object.assign({}, options, {
      caller: options.caller ?? caller,
      signal,
      onCall,
      budget: this.budget,
    });
  }
}
