// Sends one call to the provider's REST API and reads its outcome (contract, section 3).
import type { LightAbortSignal } from '../core/abort-controller.ts';
import { troubleOf } from '../core/call-trouble.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Tracing } from '../core/spans.ts';
import type { Upstream, UpstreamAnswer } from '../core/upstream.ts';
import type { CallBudget } from './call-budget.ts';
import { type Outcome, type Parse, type Question, toOutcome } from './outcomes.ts';

/** The verified credentials that a call is made with. */
export interface Caller {
  /** The user: the verified `sub` of the token. */
  readonly id: string;
  readonly token: string;
  readonly isAnonymous: boolean;
  readonly isRestricted: boolean;
}

/** Is given the name of a call that is sent. */
export type OnCall = (name: string) => void;

/** The name of a call that has none. */
const UNNAMED = 'provider';

/** What the reads of one request have in common. */
export interface CallerRequest extends Caller {
  /** When the token was made (`iat`), in seconds since the epoch. */
  readonly issuedAt: number | undefined;
  readonly signal?: LightAbortSignal | undefined;
  /** Called each time that a call is sent for this request. A call that it joins is sent for another. */
  readonly onCall?: OnCall | undefined;
  readonly budget?: CallBudget | undefined;
}

/** One call. `path` is below `/api/v1`. */
export interface ProviderCall<T> extends Question {
  readonly parse: Parse<T>;
  /** `client` acts with the caller's own rights and without the secret key. `server` may do anything to any user. */
  readonly access: 'client' | 'server';
  /** The user that the call is made for: the token is sent unless the call is `withoutToken`, and the call counts against this user's share. */
  readonly caller?: Caller | undefined;
  /** Bytes of the answer, for lists that may have thousands of items; else those of the client. */
  readonly maxBody?: number;
  /** Sent as JSON by every method but GET. */
  readonly body?: unknown;
  /** What is read or changed, such as `teams`: also the name of the call's span. */
  readonly name?: string;
  /** Called each time that the call is sent. */
  readonly onCall?: OnCall | undefined;
  /** Is given the `Date` of each answer, by the provider's clock. */
  readonly onDate?: ((date: string | undefined) => void) | undefined;
  /** A second attempt counts as a call of its own. */
  readonly budget?: CallBudget | undefined;
}

/**
 * Makes a call. Never throws for trouble of the provider; rejects with the signal's reason where that aborts first, and with
 * `AppError` `INVALID_CONFIGURATION` for server access without a secret key.
 */
export type Send = <T>(call: ProviderCall<T>, signal: LightAbortSignal | undefined) => Promise<Outcome<T>>;

/** The project's own credentials. Without the secret key calls have client access alone. */
export interface ProjectKeys {
  readonly projectId: string;
  readonly secretServerKey: string | undefined;
  readonly publishableClientKey: string | undefined;
}

/** Where calls are sent, and with which keys. */
export interface SendOptions extends ProjectKeys {
  readonly upstream: Upstream;
  readonly tracing?: Pick<Tracing, 'span' | 'outgoing'> | undefined;
  readonly clock?: Pick<Clock, 'wall'>;
}

/** The headers by which the provider knows the project's server. */
export function serverHeaders({
  projectId,
  secretServerKey,
  publishableClientKey,
}: ProjectKeys & { readonly secretServerKey: string }) {
  return withClientKey(publishableClientKey, {
    accept: 'application/json',
    'x-stack-access-type': 'server',
    'x-stack-project-id': projectId,
    'x-stack-secret-server-key': secretServerKey,
  });
}

/** The headers of a call with the rights of its caller: the secret key is not among them. */
export function clientHeaders({ projectId, publishableClientKey }: Omit<ProjectKeys, 'secretServerKey'>) {
  return withClientKey(publishableClientKey, {
    accept: 'application/json',
    'x-stack-access-type': 'client',
    'x-stack-project-id': projectId,
  });
}

/** Creates the sender. It sends each call once, at once. */
export function createSend({ upstream, tracing, clock = systemClock, ...keys }: SendOptions): Send {
  const { secretServerKey } = keys;
  const headersOf = {
    server: secretServerKey === undefined ? undefined : serverHeaders({ ...keys, secretServerKey }),
    client: clientHeaders(keys),
  };

  async function send<T>(call: ProviderCall<T>, signal: LightAbortSignal | undefined): Promise<Outcome<T>> {
    const { method, caller } = call;
    const common = headersOf[call.access];
    if (!common) throw secretKeyMissing();
    const headers: Record<string, string> = Object.assign({}, common, tracing?.outgoing());
    if (caller && !call.withoutToken) addCaller(headers, caller);
    const body = bodyOf(call);
    if (body !== undefined) headers['content-type'] = 'application/json';
    call.onCall?.(call.name ?? UNNAMED);
    try {
      const path = `/api/v1${call.path}`;
      const answer = await upstream.send({ method, path, headers, body, signal, maxBody: call.maxBody });
      if (call.onDate) call.onDate(dateOf(answer));
      return toOutcome(answer, call, clock);
    } catch (cause) {
      if (signal?.aborted) throw cause;
      const trouble = troubleOf(cause);
      return {
        kind: 'unavailable',
        cause,
        trouble,
        transient: trouble === 'connection' || trouble === 'broken',
      };
    }
  }

  return tracing ? (call, signal) => tracing.span(call.name ?? UNNAMED, () => send(call, signal)) : send;
}

function dateOf({ headers: { date } }: UpstreamAnswer): string | undefined {
  return typeof date === 'string' ? date : undefined;
}

function secretKeyMissing(): AppError {
  return new AppError('Profiles need the secret server key of the project', {
    code: 'INVALID_CONFIGURATION',
  });
}

function addCaller(headers: Record<string, string>, { token, isAnonymous, isRestricted }: Caller): void {
  headers['x-stack-access-token'] = token;
  if (isAnonymous) headers['x-stack-allow-anonymous-user'] = 'true';
  if (isRestricted) headers['x-stack-allow-restricted-user'] = 'true';
}

/** The provider refuses a POST or PATCH without a body, and documents none for DELETE. */
function bodyOf({ method, body }: Pick<ProviderCall<unknown>, 'method' | 'body'>): string | undefined {
  if (method === 'GET' || (method === 'DELETE' && body === undefined)) return undefined;
  return JSON.stringify(body ?? {});
}

function withClientKey(key: string | undefined, headers: Record<string, string>): Record<string, string> {
  return key === undefined ? headers : { ...headers, 'x-stack-publishable-client-key': key };
}
