// The caller of a request, for reads and calls of the provider. Classes, since an object literal with a getter has a hidden class
// of its own (see `Cancellation`).
import type { Credentials } from '../auth/authenticate.ts';
import type { LightAbortSignal } from '../core/abort-controller.ts';
import type { CallBudget, RefuseCall } from '../provider/call-budget.ts';
import type { RequestScope } from '../provider/client.ts';
import type { Caller, CallerRequest, OnCall } from '../provider/send.ts';
import type { Cancellation } from './cancellation.ts';

/** What is known of the caller of a request. */
export interface CallerOptions {
  readonly credentials: Credentials | undefined;
  readonly cancellation: Cancellation;
  /** Called for each call to the provider that is started for this request. */
  readonly onUpstreamCall?: OnCall | undefined;
  /** A limit on calls that the request shares with others. */
  readonly refuseCall?: RefuseCall | undefined;
}

/** What the reads of a request have in common. Its signal is created on first use: what is in the cache needs none. */
export class RequestOfCaller implements CallerRequest {
  readonly id: string;
  readonly token: string;
  readonly isAnonymous: boolean;
  readonly isRestricted: boolean;
  readonly issuedAt: number | undefined;
  readonly onCall: OnCall | undefined;
  readonly budget: CallBudget;
  readonly #cancellation: Cancellation;

  constructor(
    { cancellation, onUpstreamCall }: CallerOptions,
    { credentials, budget }: { readonly credentials: Credentials; readonly budget: CallBudget },
  ) {
    const { token, claims } = credentials;
    this.id = claims.id;
    this.token = token;
    this.isAnonymous = claims.isAnonymous;
    this.isRestricted = claims.isRestricted;
    this.issuedAt = claims.issuedAt;
    this.onCall = onUpstreamCall;
    this.budget = budget;
    this.#cancellation = cancellation;
  }

  get signal(): LightAbortSignal {
    return this.#cancellation.lightSignal;
  }
}

/** What the calls of a request have in common, each looked up for a call: most requests that read something make none. */
export class ScopeOfLoaders implements RequestScope {
  readonly #options: CallerOptions;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  get caller(): Caller | undefined {
    const { credentials } = this.#options;
    if (!credentials) return undefined;
    const { id, isAnonymous, isRestricted } = credentials.claims;
    return { id, token: credentials.token, isAnonymous, isRestricted };
  }

  get signal(): LightAbortSignal {
    return this.#options.cancellation.lightSignal;
  }

  get onCall(): OnCall | undefined {
    return this.#options.onUpstreamCall;
  }

  get refuseCall(): RefuseCall | undefined {
    return this.#options.refuseCall;
  }
}
